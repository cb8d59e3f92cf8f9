import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { meanOf, piecesOf } from "./pieces.ts";
import { windowsOf } from "./windows.ts";

const byLetter = (word: string): number => [...word].length;
const long = fc.array(fc.stringMatching(/^[a-z]{1,60}$/), { minLength: 1, maxLength: 80 });

test("a text is parted between words into pieces, and each into what the model reads whole; no word is lost", () => {
  fc.assert(
    fc.property(long, (words) => {
      const pieces = piecesOf(` ${words.join(" \n")}\t`);
      assert.ok(pieces.every((piece) => piece.length <= 512));
      assert.equal(pieces.join(" "), words.join(" "));
      const windows = pieces.flatMap((piece) => windowsOf(piece, byLetter));
      assert.ok(windows.every(({ tokens }) => tokens > 0 && tokens <= 128));
      assert.equal(windows.map(({ text }) => text).join(" "), words.join(" "));
      const tokens = windows.reduce((sum, one) => sum + one.tokens, 0);
      assert.equal(tokens, words.join("").length);
    }),
  );
});

test("a word without end is cut, and never through the middle of a letter", () => {
  const pieces = piecesOf("🙂".repeat(200));
  assert.ok(pieces.every((piece) => piece.isWellFormed()));
  const words = pieces.flatMap((piece) => piece.split(" "));
  assert.deepEqual(words.map(byLetter), [64, 64, 64, 8]);
});

test("a text's vector is the mean of its pieces by their tokens, of length 1", () => {
  const mean = meanOf([
    { sum: Float32Array.of(120, 0), tokens: 120 },
    { sum: Float32Array.of(0, 90), tokens: 90 },
  ]);
  assert.deepEqual(mean, [Math.fround(0.8), Math.fround(0.6)]);
});
