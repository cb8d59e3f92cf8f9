import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { ToolDefinition } from "#wire/serving/chat.ts";
import { planStep, type Step } from "./plan.ts";
import { parametersOf } from "./schema.ts";

interface Question {
  readonly ask: string;
  readonly tool: string | null;
  readonly arguments?: JsonObject;
}
const read = (file: string): { tools?: ToolDefinition["function"][]; questions: Question[] } =>
  parse(readFileSync(new URL(`../../../test/data/${file}`, import.meta.url), "utf8"), { schema: "core" });

const tuned = read("offline-questions.yaml");
const heldOut = read("offline-held-out.yaml");
const tools = tuned.tools!.map((one): ToolDefinition => ({ type: "function", function: one }));
const anonymous = tools.map(
  (one, i): ToolDefinition => ({ type: "function", function: { ...one.function, name: `f${i}` } }),
);

const ask = (given: readonly ToolDefinition[], text: string): Step =>
  planStep({ model: "any", messages: [{ role: "user", content: text }], tools: given });

function isRight(question: Question, given: readonly ToolDefinition[]): boolean {
  const step = ask(given, question.ask);
  if (question.tool === null) return step.kind === "say";
  if (step.kind !== "call" || step.calls.length !== 1) return false;
  const at = tools.findIndex((one) => one.function.name === question.tool);
  if (step.calls[0]!.name !== given[at]!.function.name) return false;
  const withDefaults = (values: JsonObject): JsonObject => ({
    ...Object.fromEntries(
      parametersOf(given[at]!)
        .filter((p) => p.default !== undefined)
        .map((p) => [p.name, p.default]),
    ),
    ...values,
  });
  return isDeepEqual(withDefaults(step.calls[0]!.arguments), withDefaults(question.arguments ?? {}));
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => isDeepEqual(a[key], b[key]));
  }
  return String(a) === String(b) && typeof a === typeof b;
}

const wrongOf = (questions: readonly Question[], given = tools): string[] =>
  questions.filter((one) => !isRight(one, given)).map((one) => `${one.ask} -> ${JSON.stringify(ask(given, one.ask))}`);

test("at least 54 of 60 questions get the right tool and arguments", (t) => {
  const wrong = wrongOf(tuned.questions);
  t.diagnostic(`${tuned.questions.length - wrong.length} of ${tuned.questions.length}\n${wrong.join("\n")}`);
  assert.equal(tuned.questions.length, 60);
  assert.ok(wrong.length <= 6, wrong.join("\n"));
});

test("none of the 15 unanswerable questions gets a call or an invented answer", () => {
  const unanswerable = tuned.questions.filter((one) => one.tool === null);
  assert.equal(unanswerable.length, 15);
  for (const { ask: text } of unanswerable) {
    const step = ask(tools, text);
    assert.ok(step.kind === "say" && step.text.startsWith("I cannot answer that with the tools I have."), text);
  }
});

test("held-out questions: the share of right ones is reported and stays above three quarters", (t) => {
  const wrong = wrongOf(heldOut.questions);
  t.diagnostic(`${heldOut.questions.length - wrong.length} of ${heldOut.questions.length}\n${wrong.join("\n")}`);
  assert.equal(heldOut.questions.length, 20);
  assert.ok(wrong.length <= 5, wrong.join("\n"));
});

test("functions under meaningless names are found by description and parameters", (t) => {
  const wrong = wrongOf(tuned.questions, anonymous);
  t.diagnostic(`${60 - wrong.length} of 60\n${wrong.join("\n")}`);
  assert.ok(wrong.length <= 6, wrong.join("\n"));
});
