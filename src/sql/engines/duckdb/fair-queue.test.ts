import assert from "node:assert/strict";
import { it } from "node:test";
import { FairQueue } from "./fair-queue.ts";

const anyone = (): boolean => true;

it("serves submitters in turns, and each one's work in its order", () => {
  const queue = new FairQueue<string>();
  for (const item of ["a1", "a2", "a3", "b1", "c1"]) queue.add(item.slice(0, 1), item);
  const served = Array.from({ length: 5 }, () => queue.take(anyone));
  assert.deepEqual(served, ["a1", "b1", "c1", "a2", "a3"]);
  assert.deepEqual([queue.size, queue.take(anyone)], [0, undefined]);
});

it("passes over a submitter that may not go now, without losing its place", () => {
  const queue = new FairQueue<string>();
  queue.add("a", "a1");
  queue.add("b", "b1");
  assert.equal(
    queue.take((submitter) => submitter !== "a"),
    "b1",
  );
  assert.equal(queue.take(anyone), "a1");
});

it("takes an item out, and says whether it was still there", () => {
  const queue = new FairQueue<string>();
  queue.add("a", "a1");
  assert.deepEqual([queue.remove("a", "a1"), queue.remove("a", "a1"), queue.size], [true, false, 0]);
});
