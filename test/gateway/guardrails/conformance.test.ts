import assert from "node:assert/strict";
import test from "node:test";
import { type AnswerEvent, wholeAnswer } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { GuardrailParameters } from "#wire/serving/ai-gateway.ts";
import type { Judge } from "../../../src/gateway/guardrails/mod.ts";
import { guarded, interleaved, stream } from "./answers.ts";

const judge: Judge = {
  name: "guard",
  kind: "guard",
  ask: async (turns) => (turns.at(-1)!.text.includes("WICKED") ? "unsafe\nS1,S10" : "safe"),
};

const channels = ["text", "reasoning", "refusal", "arguments", "name", "id"] as const;
const endpoint = async (_: string, told: string) =>
  JSON.stringify({ decision: told.includes("WICKED") ? "reject" : "proceed" });

type ChannelName = (typeof channels)[number];

interface Guard {
  readonly name: string;
  readonly config: GuardrailParameters;
  readonly planted: string;
  /** What stands there instead; undefined when the choice is cut. */
  readonly masked?: string;
  readonly guardrail: string;
  readonly found: string;
}

const guards: readonly Guard[] = [
  {
    name: "PII MASK",
    config: { pii: { behavior: "MASK" } },
    planted: "ann@acme.com",
    masked: "<EMAIL_ADDRESS>",
    guardrail: "pii",
    found: "EMAIL_ADDRESS",
  },
  {
    name: "PII BLOCK",
    config: { pii: { behavior: "BLOCK" } },
    planted: "ann@acme.com",
    guardrail: "pii",
    found: "EMAIL_ADDRESS",
  },
  {
    name: "keywords",
    config: { invalid_keywords: ["phoenix"] },
    planted: "Phoenix",
    guardrail: "invalid_keywords",
    found: "KEYWORD",
  },
  {
    name: "an endpoint",
    config: { custom: [{ endpoint_name: "decider" }] },
    planted: "WICKED",
    guardrail: "custom",
    found: "decider",
  },
  { name: "safety", config: { safety: true }, planted: "WICKED", guardrail: "safety", found: "violent-crimes" },
];

/** One choice that says `said` in a channel, and something harmless in every other. */
function choiceOf(choice: number, channel: ChannelName | undefined, said: string): readonly AnswerEvent[] {
  const of = (name: ChannelName): string => (name === channel ? said : "fine words");
  return [
    { type: "reasoning", choice, text: of("reasoning") },
    { type: "text", choice, text: of("text") },
    { type: "refusal", choice, text: of("refusal") },
    { type: "tool_call", choice, call: 0, id: of("id"), name: of("name") },
    { type: "tool_arguments", choice, call: 0, text: JSON.stringify({ a: of("arguments") }) },
    { type: "finish", choice, reason: "tool_calls" },
  ];
}

const usage: AnswerEvent = { type: "usage", usage: { input_tokens: 3, output_tokens: 5 } };

for (const guard of guards)
  for (const channel of channels)
    for (const isStreamed of [true, false])
      for (const n of [1, 3]) {
        const action = guard.masked ? "masks" : "cuts";
        const way = isStreamed ? "streamed" : "whole";
        test(`${guard.name} ${action} ${channel}, ${way}, ${n} of them`, async () => {
          const said = `before ${guard.planted} behind`;
          const choices = Array.from({ length: n }, (_, one) => choiceOf(one, one === 0 ? channel : undefined, said));
          const events = isStreamed ? interleaved(choices) : choices.flat();
          const answer = stream([...events, usage]);
          const {
            events: left,
            findings,
            thrown,
          } = await guarded(answer, guard.config, { isWhole: !isStreamed, judge, endpoint });
          assertNothingOf(guard.planted, left);
          assert.deepEqual(
            findings.map(({ guardrail, phase, action }) => ({ guardrail, phase, action })),
            [{ guardrail: guard.guardrail, phase: "output", action: guard.masked ? "mask" : "block" }],
          );
          assert.ok(findings[0]!.found[guard.found]! >= 1);
          if (guard.masked || isStreamed) {
            assert.equal(thrown, undefined);
            await assertAnswer(left, choices, channel, said, guard);
          } else assertRefusal(thrown, guard, n);
        });
      }

function assertNothingOf(planted: string, left: readonly AnswerEvent[]): void {
  assert.ok(!JSON.stringify(left).includes(planted));
  const texts = left.flatMap((event) => ("text" in event ? [event.text] : []));
  assert.ok(!texts.join("").includes(planted));
}

async function assertAnswer(
  left: readonly AnswerEvent[],
  choices: readonly (readonly AnswerEvent[])[],
  channel: ChannelName,
  said: string,
  { planted, masked }: Guard,
): Promise<void> {
  const answer = await wholeAnswer(stream(left));
  const meant = await wholeAnswer(stream(choices.flat()));
  assert.equal(answer.choices.length, choices.length);
  assert.deepEqual(answer.choices.slice(1), meant.choices.slice(1), "other choices are whole");
  assert.deepEqual(answer.usage, { input_tokens: 3, output_tokens: 5 });
  assert.equal(left.filter((event) => event.type === "finish" && event.choice === 0).length, 1);
  const first = answer.choices[0]!;
  if (masked === undefined) {
    assert.equal(first.finish, "content_filter");
    assert.ok(!JSON.stringify(first).includes("behind"), "nothing behind it leaves");
    if (channel === "text" || channel === "reasoning" || channel === "refusal")
      assert.ok(said.slice(0, said.indexOf(planted)).startsWith(first[channel]));
    return;
  }
  const expected = choiceOf(0, channel, said.replace(planted, masked)).map((event) =>
    event.type === "tool_call" && channel === "id" ? { ...event, id: "masked_0_0" } : event,
  );
  assert.deepEqual(first, (await wholeAnswer(stream(expected))).choices[0]);
}

function assertRefusal(refused: unknown, { guardrail, planted }: Guard, n: number): void {
  assert.ok(refused instanceof Fault);
  assert.equal(refused.code, "BAD_REQUEST");
  const said = JSON.parse(refused.message);
  assert.deepEqual(Object.keys(said), ["usage", "output_guardrail", "finishReason"]);
  assert.deepEqual(said.usage, { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 });
  assert.equal(said.finishReason, "output_guardrail_triggered");
  assert.equal(said.output_guardrail.length, n);
  const [first, ...others] = said.output_guardrail;
  assert.equal(first.pii_detection, guardrail === "pii");
  assert.equal(first.flagged, guardrail === "safety");
  assert.equal(first.invalid_keywords, guardrail === "invalid_keywords" ? true : undefined);
  if (guardrail === "safety") {
    const names = Object.keys(first.categories).filter((name) => first.categories[name]);
    assert.deepEqual(names, ["violent-crimes", "hate"]);
    assert.equal(first.safety_judge, "guard");
  }
  for (const other of others) assert.ok(!other.flagged && !other.pii_detection && !other.invalid_keywords);
  assert.ok(!refused.message.includes(planted));
}
