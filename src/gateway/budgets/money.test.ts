import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dollarsOf, nanodollarsFor, nanodollarsOf } from "./money.ts";

// biome-ignore format: a table is read in columns
const amounts: readonly (readonly [string, number | undefined])[] = [
  ["0",             0],
  ["840",           840_000_000_000],
  ["0.05",          50_000_000],
  ["12.50",         12_500_000_000],
  ["0.000000001",   1],
  ["1000000",       1_000_000_000_000_000],
  ["1000001",       undefined],
  ["0.0000000001",  undefined],
  ["-1",            undefined],
  ["1e3",           undefined],
  ["",              undefined],
  [" 5",            undefined],
  ["5,0",           undefined],
  ["$5",            undefined],
  ["Infinity",      undefined],
  [".5",            undefined],
];
for (const [text, nanodollars] of amounts)
  test(`'${text}' is ${nanodollars ?? "no amount"}`, () => assert.equal(nanodollarsOf(text), nanodollars));

test("an amount that is written is read as the same amount", () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000_000_000 }), (nanodollars) => {
      assert.equal(nanodollarsOf(dollarsOf(nanodollars)), nanodollars);
    }),
  ));

test("what costs something counts as something, and what is exact stays so", () => {
  assert.equal(nanodollarsFor(0), 0);
  assert.equal(nanodollarsFor(0.000_000_000_1), 1);
  for (const dollars of [1e9, 1e20, 1e300]) assert.equal(nanodollarsFor(dollars), Number.MAX_SAFE_INTEGER);
  for (const dollars of [0.1, 0.003, 0.000_275, 12.34])
    assert.equal(nanodollarsFor(dollars), Math.round(dollars * 1e9));
});
