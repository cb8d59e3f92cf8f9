import assert from "node:assert/strict";
import test from "node:test";
import { policyRefusal } from "./refusal.ts";
import { verdictOf } from "./safety/llama-guard.ts";

test("A service policy refuses by an answer of its own", () => {
  const frame = { id: "chatcmpl-1", model: "m", created: 1 };
  assert.deepEqual(policyRefusal({ name: "PII", phase: "pre_call", reason: "personal data" }, frame), {
    id: "chatcmpl-1",
    model: "m",
    created: 1,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "This request was blocked by the 'PII' service policy." },
        finish_reason: "content_filter",
      },
    ],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    databricks_service_policy: { name: "PII", action: "deny", phase: "pre_call", reason: "personal data" },
  });
});

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
