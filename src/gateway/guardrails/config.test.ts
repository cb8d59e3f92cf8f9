import assert from "node:assert/strict";
import test from "node:test";
import { isJsonObject, type Json } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { isGuarded, readGuardrails } from "./config.ts";

const whole = {
  input: { safety: true, pii: { behavior: "BLOCK" }, invalid_keywords: ["x"] },
  output: { safety: false, pii: { behavior: "MASK" }, invalid_keywords: [] },
};

test("What is configured is kept as it was given", () => {
  assert.deepEqual(readGuardrails(whole), whole);
  assert.deepEqual(readGuardrails({}), {});
  assert.deepEqual(readGuardrails({ input: { valid_topics: ["a"] } }, { judgesTopics: true }), {
    input: { valid_topics: ["a"] },
  });
  assert.deepEqual(readGuardrails({ input: { valid_topics: [] } }), { input: { valid_topics: [] } });
});

const refused: readonly (readonly [body: Json, named: string])[] = [
  [[], "guardrails"],
  [{ inputs: {} }, "guardrails.inputs"],
  [{ input: { toxicity: true } }, "guardrails.input.toxicity"],
  [{ input: { safety: "yes" } }, "guardrails.input.safety"],
  [{ input: { pii: true } }, "guardrails.input.pii"],
  [{ input: { pii: {} } }, "guardrails.input.pii.behavior"],
  [{ output: { pii: { behavior: "mask" } } }, "guardrails.output.pii.behavior"],
  [{ output: { pii: { behavior: "MASK", entities: [] } } }, "guardrails.output.pii.entities"],
  [{ output: { invalid_keywords: "x" } }, "guardrails.output.invalid_keywords"],
  [{ output: { invalid_keywords: ["a", 1] } }, "guardrails.output.invalid_keywords[1]"],
  [{ output: { invalid_keywords: [" - "] } }, "guardrails.output.invalid_keywords[0]"],
  [{ output: { invalid_keywords: ["\u200b"] } }, "guardrails.output.invalid_keywords[0]"],
  [{ output: { invalid_keywords: ["a".repeat(201)] } }, "guardrails.output.invalid_keywords[0]"],
  [{ output: { invalid_keywords: new Array(501).fill("a") } }, "guardrails.output.invalid_keywords"],
  [{ input: { valid_topics: ["a"] } }, "guardrails.input.valid_topics"],
  [{ output: { valid_topics: ["a"] } }, "guardrails.output.valid_topics"],
  [{ input: { custom: {} } }, "guardrails.input.custom"],
  [{ input: { custom: [{ endpoint_name: "" }] } }, "guardrails.input.custom[0].endpoint_name"],
  [{ input: { custom: [{ url: "https://x.example" }] } }, "guardrails.input.custom[0].url"],
  [{ output: { custom: [{ endpoint_name: "a", on_failure: "ALLOW" }] } }, "guardrails.output.custom[0].on_failure"],
  [{ output: { custom: new Array(6).fill({ endpoint_name: "a" }) } }, "guardrails.output.custom"],
];

for (const [body, named] of refused)
  test(`${named} is refused by name in ${JSON.stringify(body).slice(0, 60)}`, () => {
    assert.throws(
      () => readGuardrails(body),
      (thrown) =>
        thrown instanceof Fault && thrown.code === "INVALID_PARAMETER_VALUE" && thrown.message.includes(`'${named}'`),
    );
  });

test("Guards that look at nothing guard nothing", () => {
  for (const config of [
    undefined,
    {},
    { safety: false },
    { pii: { behavior: "NONE" } },
    { invalid_keywords: [] },
  ] as const)
    assert.equal(isGuarded(config), false);
  for (const config of Object.values(whole))
    assert.equal(isJsonObject(config) && isGuarded(readGuardrails({ input: config }).input), true);
});
