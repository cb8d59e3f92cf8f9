import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { meanOf, windowsOf } from "./windows.ts";

const byLetter = (word: string): number => [...word].length;

test("a text is parted between words into stretches that the model reads whole, and no word is lost", () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 80 }), (words) => {
      const windows = windowsOf(words.join(" \n"), byLetter);
      assert.ok(windows.every(({ tokens }) => tokens > 0 && tokens <= 128));
      assert.equal(windows.map(({ text }) => text).join(" "), words.join(" "));
      assert.equal(
        windows.reduce((sum, { tokens }) => sum + tokens, 0),
        words.join("").length,
      );
    }),
  );
});

test("a word without end is cut, and never through the middle of a letter", () => {
  const windows = windowsOf("🙂".repeat(200), byLetter);
  assert.deepEqual(
    windows.map(({ text }) => text.split(" ").map((piece) => [...piece].length)),
    [
      [64, 64],
      [64, 8],
    ],
  );
  assert.ok(windows.every(({ text }) => text.isWellFormed()));
});

test("a text's vector is the mean of its stretches by their tokens, of length 1", () => {
  const mean = meanOf(
    [
      [1, 0],
      [0, 1],
    ],
    [
      { text: "a", tokens: 120 },
      { text: "b", tokens: 90 },
    ],
  );
  assert.deepEqual([...mean], [Math.fround(0.8), Math.fround(0.6)]);
});
