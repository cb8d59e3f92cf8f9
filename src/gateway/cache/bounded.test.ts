import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BoundedCache } from "./bounded.ts";

const DAY_MS = 86_400_000;
const bounds = { entries_max: 3, bytes_max: 100, entry_bytes_max: 60 };

test("what is kept is found until it is too old, and not by a clock that was set back", () => {
  const cache = new BoundedCache<string>(bounds);
  cache.keep("a", "one", 10, 1_000);
  assert.equal(cache.find("a", 1_999, 1_000), "one");
  assert.equal(cache.find("b", 1_999, 1_000), undefined);
  assert.equal(cache.find("a", 2_000, 1_000), undefined);
  assert.deepEqual(cache.size, { entries: 0, bytes: 0 });
  cache.keep("a", "one", 10, 1_000);
  assert.equal(cache.find("a", 999, 1_000), undefined);
});

test("what was used least recently gives way, by number and by bytes", () => {
  const cache = new BoundedCache<string>(bounds);
  for (const key of ["a", "b", "c"]) cache.keep(key, key, 20, 0);
  cache.find("a", 0, DAY_MS);
  cache.keep("d", "d", 20, 0);
  assert.deepEqual(
    ["a", "b", "c", "d"].map((key) => cache.find(key, 0, DAY_MS)),
    ["a", undefined, "c", "d"],
  );
  cache.keep("e", "e", 50, 0);
  cache.keep("f", "f", 45, 0);
  assert.deepEqual(
    ["a", "c", "d", "e", "f"].map((key) => cache.find(key, 0, DAY_MS)),
    [undefined, undefined, undefined, "e", "f"],
  );
});

test("a value that is too large is not kept, nor is what it would have replaced", () => {
  const cache = new BoundedCache<string>(bounds);
  cache.keep("a", "small", 10, 0);
  cache.keep("a", "large", 61, 0);
  assert.equal(cache.find("a", 0, DAY_MS), undefined);
  assert.deepEqual(cache.size, { entries: 0, bytes: 0 });
});

test("no sequence of keeping and finding goes beyond the bounds, or loses count of the bytes", () => {
  const step = fc.record({ key: fc.constantFrom(..."abcdefgh"), bytes: fc.nat(70), isFind: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const cache = new BoundedCache<number>(bounds);
      for (const [at, { key, bytes, isFind }] of steps.entries()) {
        if (isFind) cache.find(key, at, 10);
        else cache.keep(key, bytes, bytes, at);
        const { entries, bytes: held } = cache.size;
        assert.ok(entries <= 3 && held <= 100);
      }
      const at = steps.length;
      const left = [..."abcdefgh"].map((key) => cache.find(key, at, DAY_MS)).filter((one) => one !== undefined);
      const sum = left.reduce((total, one) => total + one, 0);
      assert.deepEqual(cache.size, { entries: left.length, bytes: sum });
    }),
  );
});
