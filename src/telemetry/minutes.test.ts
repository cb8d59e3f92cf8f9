import assert from "node:assert/strict";
import { test } from "node:test";
import { SERIES_MAX } from "./limits.ts";
import { Minutes } from "./minutes.ts";

const T = 1_800_000_000_000 - (1_800_000_000_000 % 60_000);

test("the last whole minute is told, whatever came since, and nothing of it a minute later", () => {
  const minutes = new Minutes();
  for (const [status_code, duration_ms] of [
    [200, 5],
    [429, 6],
    [502, 700_000],
  ] as const)
    minutes.record("e", { status_code }, duration_ms, T);
  minutes.record("e", { status_code: 200 }, 1, T + 60_000);
  const { requests, refused, failed, latency_ms, buckets } = minutes.last("e", T + 119_999);
  assert.deepEqual([requests, refused, failed, latency_ms], [3, 1, 1, 700_011]);
  assert.deepEqual([buckets[0], buckets[1], buckets.at(-1)], [1, 1, 1]);
  assert.equal(minutes.last("e", T + 120_000).requests, 1);
  assert.equal(minutes.last("e", T + 180_000).requests, 0);
  assert.equal(minutes.last("other", T + 60_000).requests, 0);
});

test("a minute in which nothing was asked is one of nothing, though the one before it was not", () => {
  const minutes = new Minutes();
  minutes.record("e", { status_code: 200 }, 1, T);
  minutes.record("e", { status_code: 200 }, 1, T + 300_000);
  assert.equal(minutes.last("e", T + 300_001).requests, 0);
});

test("what is no longer asked for is forgotten once there is much of it", () => {
  const minutes = new Minutes();
  for (let i = 0; i < SERIES_MAX; i += 1) minutes.record(`old ${i}`, { status_code: 200 }, 1, T);
  minutes.record("e", { status_code: 200 }, 1, T + 120_000);
  assert.equal(minutes.last("old 1", T + 60_000).requests, 0);
  assert.equal(minutes.last("e", T + 180_000).requests, 1);
});
