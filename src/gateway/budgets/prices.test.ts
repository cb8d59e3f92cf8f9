import assert from "node:assert/strict";
import { test } from "node:test";
import { readPrices } from "./prices.ts";

const price = (more: object = {}) => ({ provider: "custom", model: "mine", input: 1, output: 2.5, ...more });

test("prices are read as they are written, with or without one for what the provider had in its cache", () => {
  assert.deepEqual(readPrices(undefined, "models.prices"), []);
  assert.deepEqual(readPrices([price(), price({ model: "other", cached_input: 0 })], "models.prices"), [
    ["custom", "mine", 1, null, 2.5],
    ["custom", "other", 1, 0, 2.5],
  ]);
});

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [string, unknown, RegExp])[] = [
  ["no list",                   {},                            /models\.prices is a list/],
  ["no mapping",                ["gpt-4o"],                    /models\.prices\[0\] is a mapping/],
  ["another field",             [price({ per: "token" })],     /models\.prices\[0\] has 'per', which is no setting/],
  ["no model",                  [price({ model: undefined })], /models\.prices\[0\]\.model is missing/],
  ["no price of what is said",  [price({ output: undefined })], /models\.prices\[0\]\.output is a number of dollars/],
  ["less than nothing",         [price({ input: -1 })],        /models\.prices\[0\]\.input is a number of dollars/],
  ["a price as text",           [price({ input: "1" })],       /models\.prices\[0\]\.input is a number of dollars/],
  ["a price of no number",      [price({ input: Number.NaN })], /models\.prices\[0\]\.input is a number of dollars/],
  ["more than any model costs", [price({ input: 100_001 })],   /from 0 to 100000/],
];
for (const [what, value, message] of refused)
  test(`prices are refused with ${what}, by the place`, () =>
    assert.throws(() => readPrices(value, "models.prices"), message));
