import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fold } from "./fold.ts";

const read: readonly (readonly [written: string, as: string])[] = [
  ["plain text, 100 %", "plain text, 100 %"],
  ["a&#64;b&#x2e;c", "a@b.c"],
  ["a&commat;b&period;c", "a@b.c"],
  ["a%40b%2Ec", "a@b.c"],
  ["a\\u0040b\\x2ec", "a@b.c"],
  ["a=40b.c", "a@b.c"],
  ["exam=\r\nple", "example"],
  ["x=4081", "x=4081"],
  ["&unknown; & &#9999999;", "&unknown; & &#9999999;"],
  ["１２＠．", "12@."],
  ["٤٥ ४५ 𝟒𝟓", "45 45 45"],
  ["1\u200b2\u00ad3\ufeff4", "1234"],
  ["1\u00a02\u202f3", "1 2 3"],
  ["1\u20112\u20133\u22124", "1-2-3-4"],
  ["é ü ж 数 😀", "é ü ж 数 😀"],
];

describe("folding", () => {
  for (const [written, as] of read)
    it(`reads ${JSON.stringify(written)} as ${JSON.stringify(as)}`, () => assert.equal(fold(written).text, as));

  it("knows where each character stood, in order", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { text: read, offsets } = fold(text);
        assert.equal(offsets.length, read.length + 1);
        assert.equal(offsets.at(-1), text.length);
        assert.ok(offsets.every((offset, i) => i === 0 || offset >= offsets[i - 1]!));
      }),
    );
  });
});
