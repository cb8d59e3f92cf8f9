import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RequestRate } from "./requests.ts";

describe("a rate of requests", () => {
  it("gives its burst at once, then its rate, and says after how long", () => {
    const rate = new RequestRate({ per_second: 2, burst: 3, keys_max: 10 });
    assert.deepEqual(
      [0, 0, 0, 0].map(() => rate.take("a", 1_000)),
      [0, 0, 0, 500],
    );
    assert.equal(rate.take("b", 1_000), 0, "each key has its own");
    assert.equal(rate.take("a", 1_250), 250);
    assert.equal(rate.take("a", 1_500), 0);
    assert.equal(rate.take("a", 1_500), 500);
  });

  it("goes on when the clock goes back", () => {
    const rate = new RequestRate({ per_second: 1, burst: 2, keys_max: 10 });
    assert.equal(rate.take("a", 5_000), 0);
    assert.equal(rate.take("a", 1_000), 0);
    assert.ok(rate.take("a", 1_000) > 0);
  });

  it("remembers no more keys than it may, however many are made up", () => {
    const rate = new RequestRate({ per_second: 1, burst: 2, keys_max: 100 });
    for (let i = 0; i < 10_000; i += 1) rate.take(`made up ${i}`, i);
    assert.equal(rate.size, 100);
  });
});
