import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { suite } from "./attack.ts";
import { catalogue, ofMany } from "./catalogue/all.ts";

/** Entries of the catalogue, and how many variants each has at the least. */
const ENTRIES = 80;
const VARIANTS_MIN = 3;

describe("the catalogue of attacks on SQL", () => {
  it("has every entry once", () => {
    const numbers = catalogue.map((entry) => entry.number).toSorted((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: ENTRIES }, (_, i) => i + 1),
    );
  });

  for (const { number, name, attacks } of catalogue)
    it(`has variants of its entry ${number}, each with one outcome: ${name}`, () => {
      assert.ok(attacks.length >= VARIANTS_MIN, `${attacks.length}`);
      assert.equal(new Set(attacks.map((one) => one.title)).size, attacks.length);
      for (const { rows, refused, error, hidden } of attacks)
        assert.equal([rows, refused, error, hidden].filter((one) => one !== undefined).length, 1);
    });
});

suite(
  "the catalogue",
  catalogue.filter((entry) => !ofMany.includes(entry)),
);
