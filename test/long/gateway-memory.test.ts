import assert from "node:assert/strict";
import test from "node:test";
import { memoryOver } from "../../bench/gateway/memory.ts";

const REQUESTS = 1_000_000;
/** What a request that left one small object behind would leave behind in all: 16 bytes each. */
const GROWTH_BYTES_MAX = 16 * REQUESTS;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

test("a million requests through the gateway leave nothing behind in its memory", async () => {
  const looks = await memoryOver(REQUESTS, (text) => console.log(text));
  const heaps = looks.map(({ heap_bytes }) => heap_bytes);
  const half = Math.floor(heaps.length / 2);
  const grown = median(heaps.slice(-half)) - median(heaps.slice(0, half));
  assert.ok(
    grown < GROWTH_BYTES_MAX,
    `the heap grew by ${grown} bytes from the first half of the requests to the last`,
  );
});
