import assert from "node:assert/strict";
import test from "node:test";
import { verdictOf } from "./llama-guard.ts";

const verdicts: readonly (readonly [answer: string, verdict: ReturnType<typeof verdictOf>])[] = [
  ["safe", { isSafe: true, categories: [] }],
  ["\n\nsafe", { isSafe: true, categories: [] }],
  ["unsafe\nS1,S10", { isSafe: false, categories: ["violent-crimes", "hate"] }],
  ["Unsafe\r\n s2 , S14", { isSafe: false, categories: ["non-violent-crimes", "code-interpreter-abuse"] }],
  ["unsafe", { isSafe: false, categories: [] }],
  ["unsafe\nS99", { isSafe: false, categories: ["s99"] }],
  ["safely said, unsafe", undefined],
  ["", undefined],
];
for (const [answer, verdict] of verdicts)
  test(`A guard model's ${JSON.stringify(answer)} is understood`, () => assert.deepEqual(verdictOf(answer), verdict));
