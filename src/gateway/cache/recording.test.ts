import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnswerEvent, wholeAnswer } from "#models/mod.ts";
import { ANSWER_BYTES_MAX } from "./create.ts";
import { AnswerRecording } from "./recording.ts";

const text = (said: string, choice = 0): AnswerEvent => ({ type: "text", choice, text: said });
const finish = (choice = 0, reason: "stop" | "length" | "tool_calls" | "content_filter" = "stop"): AnswerEvent => ({
  type: "finish",
  choice,
  reason,
});

async function recordingOf(events: readonly AnswerEvent[], choices = 1): Promise<AnswerRecording> {
  const recording = new AnswerRecording(choices);
  const passed = await Array.fromAsync(recording.of(asIs(events)));
  assert.deepEqual(passed, events, "what is recorded passes as it is");
  return recording;
}

async function* asIs(events: readonly AnswerEvent[]): AsyncGenerator<AnswerEvent> {
  yield* events;
}

test("an answer that was whole comes to the same answer, in fewer pieces", async () => {
  const events: readonly AnswerEvent[] = [
    { type: "reasoning", choice: 0, text: "so", signature: "proof" },
    text("four "),
    text("fathoms"),
    text("deep", 1),
    { type: "tool_call", choice: 1, call: 0, id: "c", name: "look" },
    { type: "tool_arguments", choice: 1, call: 0, text: '{"a"' },
    { type: "tool_arguments", choice: 1, call: 0, text: ":1}" },
    finish(0),
    finish(1, "tool_calls"),
    { type: "usage", usage: { input_tokens: 3, output_tokens: 4 } },
  ];
  const { whole } = await recordingOf(events, 2);
  assert.ok(whole);
  assert.equal(whole.events.length, events.length - 2);
  assert.deepEqual(await wholeAnswer(asIs(whole.events)), await wholeAnswer(asIs(events)));
});

// biome-ignore format: a table is read in columns
const unkept: readonly (readonly [string, readonly AnswerEvent[], number])[] = [
  ["was cut at its length",              [text("four"), finish(0, "length")],                 1],
  ["was cut by a filter",                [text("four"), finish(0, "content_filter")],         1],
  ["did not end",                        [text("four")],                                      1],
  ["lacks one of its choices",           [text("four"), finish(0)],                           2],
  ["has one choice cut of two",          [finish(0), text("x", 1), finish(1, "length")],      2],
  ["is too large",                       [text("x".repeat(ANSWER_BYTES_MAX / 2)), finish(0)], 1],
];
for (const [says, events, choices] of unkept)
  test(`an answer that ${says} is not kept`, async () =>
    assert.equal((await recordingOf(events, choices)).whole, undefined));

test("an answer that breaks off, or that nobody heard to its end, is not kept", async () => {
  const broken = new AnswerRecording(1);
  const breaking = async function* (): AsyncGenerator<AnswerEvent> {
    yield text("four");
    yield finish();
    throw new Error("reset");
  };
  await assert.rejects(Array.fromAsync(broken.of(breaking())));
  assert.equal(broken.whole, undefined);
  const left = new AnswerRecording(1);
  for await (const event of left.of(asIs([text("four"), finish()]))) if (event.type === "finish") break;
  assert.equal(left.whole, undefined);
});

test("an answer in which a guardrail blocked something is not kept; one that it masked is, as the model said it", async () => {
  const finding = { guardrail: "pii", phase: "output", found: { EMAIL_ADDRESS: 1 } } as const;
  const masked = await recordingOf([text("ada@board.org"), finish()]);
  masked.looked([{ ...finding, action: "mask" }]);
  assert.deepEqual(masked.whole?.events[0], text("ada@board.org"));
  masked.looked([{ ...finding, action: "block" }]);
  assert.equal(masked.whole, undefined);
});
