import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { failuresIn, slotOf, waitFor } from "./window.ts";

const WINDOW_MS = 1_000;
const counts = fc.record({ before: fc.nat(200), now: fc.nat(200) });

describe("a sliding window", () => {
  it("lets the slot before fade, and forgets it after one more", () => {
    assert.equal(failuresIn({ before: 10, now: 3 }, 5_000, WINDOW_MS), 13);
    assert.equal(failuresIn({ before: 10, now: 3 }, 5_500, WINDOW_MS), 8);
    assert.equal(slotOf(5_999, WINDOW_MS), 5);
  });

  it("says after how long there is room again, and not sooner", () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 50 }), fc.nat(10 * WINDOW_MS), ({ before, now }, max, now_ms) => {
        if (failuresIn({ before, now }, now_ms, WINDOW_MS) < max) return;
        const at_ms = now_ms + waitFor({ before, now }, max, now_ms, WINDOW_MS);
        const counted = (ms: number): number => {
          const slots = slotOf(ms, WINDOW_MS) - slotOf(now_ms, WINDOW_MS);
          if (slots > 1) return 0;
          return failuresIn(slots === 0 ? { before, now } : { before: now, now: 0 }, ms, WINDOW_MS);
        };
        assert.ok(counted(Math.ceil(at_ms)) < max, "there is room then");
        assert.ok(counted(Math.floor(at_ms) - 3) >= max || at_ms - now_ms < 3, "and none before");
      }),
    );
  });

  it("never waits longer than two windows", () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 50 }), fc.nat(10 * WINDOW_MS), (slots, max, now_ms) => {
        if (failuresIn(slots, now_ms, WINDOW_MS) < max) return;
        assert.ok(waitFor(slots, max, now_ms, WINDOW_MS) <= 2 * WINDOW_MS + 1);
      }),
    );
  });
});
