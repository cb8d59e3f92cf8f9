import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic, { APIError } from "@anthropic-ai/sdk";
import fc from "fast-check";
import { wholeAnswer } from "../../src/models/answer.ts";
import type { AnswerEvent } from "../../src/models/events.ts";
import { surfaces } from "../../src/models/surfaces/mod.ts";
import { answering, each, frameOf, saidOf, sent, streams } from "./answers.ts";

const { messages } = surfaces;
const body = {
  max_tokens: 5,
  messages: [{ role: "user", content: "hi" }],
  thinking: { type: "enabled", budget_tokens: 9 },
};

const clientOf = (answer: Parameters<typeof answering>[0]): Anthropic =>
  new Anthropic({ apiKey: "k", baseURL: "http://server.example", fetch: answering(answer), maxRetries: 0 });

const asked = { model: "m", max_tokens: 5, messages: [] };
/** Without what the client parses out of texts by itself. */
const plain = (message: object): Anthropic.Message =>
  JSON.parse(JSON.stringify({ ...message, parsed_output: undefined })) as Anthropic.Message;

/** Text and refusal are blocks one after the other; both are what was said. */
const joined = (content: readonly Anthropic.ContentBlock[]) => ({
  text: content.map((one) => (one.type === "text" ? one.text : "")).join(""),
  thought: content.map((one) => (one.type === "thinking" ? one.thinking : "")).join(""),
  signature: content.map((one) => (one.type === "thinking" ? one.signature : "")).join(""),
  calls: content.flatMap((one) =>
    one.type === "tool_use" ? [{ id: one.id, name: one.name, arguments: one.input }] : [],
  ),
});

test("Anthropic's own reader makes of a stream what the answer is whole", async () => {
  await fc.assert(
    fc.asyncProperty(streams(1), async (events) => {
      const answer = await wholeAnswer(each(events));
      const stream = clientOf(await sent(messages, body, each(events))).messages.stream(asked);
      const folded = plain(await stream.finalMessage());
      const whole = plain(messages.whole(answer, frameOf(messages, body)));
      assert.deepEqual(folded, whole);
      const [said] = saidOf(answer);
      const { text, thought, signature, calls } = joined(whole.content);
      assert.equal(text, said!.text + said!.refusal);
      assert.equal(thought, said!.thought);
      assert.equal(signature, answer.choices[0]!.signature ?? "");
      assert.deepEqual(calls, said!.calls);
      const reasons = {
        stop: "end_turn",
        length: "max_tokens",
        tool_calls: "tool_use",
        content_filter: "refusal",
      } as const;
      assert.equal(whole.stop_reason, said!.refusal ? "refusal" : reasons[said!.finish as keyof typeof reasons]);
      const { input_tokens, cache_read_input_tokens, output_tokens } = whole.usage;
      assert.equal(input_tokens + cache_read_input_tokens!, answer.usage!.input_tokens);
      assert.equal(output_tokens, answer.usage!.output_tokens);
    }),
    { numRuns: 150 },
  );
});

test("what the model thought is shown only to whoever asked it to think", async () => {
  const events = [
    { type: "reasoning", choice: 0, text: "hm", signature: "s" },
    { type: "text", choice: 0, text: "yes" },
  ] as const;
  const quiet = { max_tokens: 5, messages: body.messages };
  const folded = await clientOf(await sent(messages, quiet, each(events)))
    .messages.stream(asked)
    .finalMessage();
  assert.deepEqual(
    folded.content.map((one) => one.type),
    ["text"],
  );
  const whole = plain(messages.whole(await wholeAnswer(each(events)), frameOf(messages, quiet)));
  assert.deepEqual(
    whole.content.map((one) => one.type),
    ["text"],
  );
});

test("an error amid a stream reaches Anthropic's client as an error of its kind", async () => {
  const begun = (await sent(messages, body, each([{ type: "text", choice: 0, text: "a" }]))).split(
    "event: content_block_stop",
  )[0]!;
  const text = begun + messages.failure({ code: "RESOURCE_EXHAUSTED", message: "Try later.", http: 429 });
  await assert.rejects(clientOf(text).messages.stream(asked).finalMessage(), (thrown) => {
    assert.ok(thrown instanceof APIError);
    assert.match(thrown.message, /rate_limit_error.*Try later\./);
    return true;
  });
});

const calling = (reason: "stop" | "length", ...pieces: readonly string[]): readonly AnswerEvent[] => [
  { type: "tool_call", choice: 0, call: 0, id: "c", name: "look" },
  ...pieces.map((text) => ({ type: "tool_arguments", choice: 0, call: 0, text }) as const),
  { type: "finish", choice: 0, reason },
];

for (const pieces of [['{"a":', "1"], ["[1,", "2]"], ["a buoy"]])
  test(`a call with the arguments ${pieces.join("")} has them as one text, since the protocol has objects alone`, async () => {
    const events = calling("stop", ...pieces);
    const stream = clientOf(await sent(messages, body, each(events))).messages.stream(asked);
    const whole = plain(messages.whole(await wholeAnswer(each(events)), frameOf(messages, body)));
    assert.deepEqual(plain(await stream.finalMessage()), whole);
    assert.deepEqual(joined(whole.content).calls, [
      { id: "c", name: "look", arguments: { INVALID_JSON: pieces.join("") } },
    ]);
  });

test("a call that an answer was cut short amid is no call", async () => {
  const cut = await wholeAnswer(each(calling("length", '{"a":')));
  assert.deepEqual(plain(messages.whole(cut, frameOf(messages, body))).content, []);
});

test("arguments leave when they are whole, or as they come for a tool that was declared so", async () => {
  const events = calling("stop", '{"a"', ":1}");
  const piecesOf = async (eager_input_streaming: boolean) => {
    const tools = [{ name: "look", input_schema: {}, eager_input_streaming }];
    const text = await sent(messages, { ...body, tools }, each(events));
    return [...text.matchAll(/"partial_json":("(?:[^"\\]|\\.)*")/g)].map(([, piece]) => JSON.parse(piece!) as string);
  };
  assert.deepEqual(await piecesOf(true), ['{"a"', ":1}"]);
  assert.deepEqual(await piecesOf(false), ['{"a":1}']);
});
