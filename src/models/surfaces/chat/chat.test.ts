import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";
import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { type Answer, eventsOf, wholeAnswer } from "../../answer.ts";
import type { AnswerEvent } from "../../events.ts";
import { chunkEvents, completionEvents } from "../../providers/openai/answer.ts";
import { chatBody } from "../../providers/openai/request.ts";
import { chat } from "./mod.ts";

const messages = [{ role: "user", content: "hi" }];
const frameOf = (body: JsonObject) => ({ id: "1", model: "m", created: 1, request: chat.read(body), body });

async function* each(events: Iterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
  yield* events;
}

const words = fc.string({ maxLength: 12 });
const call = fc.record({
  id: fc.string({ minLength: 1 }),
  name: fc.constant("look"),
  arguments: words,
});
const choice = fc.record({
  text: words,
  reasoning: words,
  refusal: words,
  tool_calls: fc.array(call, { maxLength: 3 }),
  finish: fc.constantFrom("stop", "length", "tool_calls", "content_filter" as const),
});
const answers: fc.Arbitrary<Answer> = fc
  .record({
    choices: fc.array(choice, { minLength: 1, maxLength: 3 }),
    usage: fc.record({ input_tokens: fc.nat(), output_tokens: fc.nat() }),
  })
  .map((answer) => JSON.parse(JSON.stringify(answer)) as Answer);

test("what is written whole, and what is streamed, is read back as it was", async () => {
  await fc.assert(
    fc.asyncProperty(answers, async (answer) => {
      const body = { messages, stream_options: { include_usage: true } };
      const whole = chat.whole(answer, frameOf(body));
      assert.deepEqual(await wholeAnswer(each(completionEvents(whole))), answer);
      const text = (await Array.fromAsync(chat.stream(each(eventsOf(answer)), frameOf(body)))).join("");
      async function* bytes(): AsyncGenerator<Uint8Array> {
        yield new TextEncoder().encode(text);
      }
      assert.deepEqual(await wholeAnswer(chunkEvents(bytes())), answer);
    }),
    { numRuns: 200 },
  );
});

test("OpenAI's own reader makes of a stream what is written whole", async () => {
  await fc.assert(
    fc.asyncProperty(answers, async (answer) => {
      const body = { messages, stream_options: { include_usage: true } };
      const text = (await Array.fromAsync(chat.stream(each(eventsOf(answer)), frameOf(body)))).join("");
      const lines = text.split("\n\n").flatMap((one) => (one.startsWith("data: {") ? [one.slice(6)] : []));
      const readable = new Blob([`${lines.join("\n")}\n`]).stream();
      const final = await ChatCompletionStream.fromReadableStream(readable).finalChatCompletion();
      const whole = chat.whole(answer, frameOf(body)) as unknown as typeof final;
      assert.deepEqual(final.usage, whole.usage);
      for (const [index, one] of whole.choices.entries()) {
        const got = final.choices[index]!;
        assert.equal(got.finish_reason, one.finish_reason);
        assert.equal(got.message.content ?? "", one.message.content ?? "");
        assert.equal(got.message.refusal ?? "", one.message.refusal ?? "");
        assert.deepEqual(
          (got.message.tool_calls ?? []).map((each) => (each.type === "function" ? each.function.arguments : "")),
          (one.message.tool_calls ?? []).map((each) => (each.type === "function" ? each.function.arguments : "")),
        );
      }
    }),
    { numRuns: 100 },
  );
});

test("usage is streamed to those who ask for it", async () => {
  const answer: Answer = {
    choices: [{ text: "x", reasoning: "", refusal: "", tool_calls: [], finish: "stop" }],
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  const text = async (body: JsonObject) =>
    (await Array.fromAsync(chat.stream(each(eventsOf(answer)), frameOf(body)))).join("");
  assert.doesNotMatch(await text({ messages }), /usage/);
  assert.match(await text({ messages, stream_options: { include_usage: true } }), /"usage":\{"prompt_tokens":1/);
});

test("a body goes to a provider as it came, in all that the protocol has", () => {
  const body = {
    messages: [
      { role: "developer", content: "be brief" },
      {
        role: "user",
        content: [
          { type: "text", text: "see" },
          { type: "image_url", image_url: { url: "https://x.example/a.png" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c", type: "function", function: { name: "look", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c", content: "a buoy" },
    ],
    tools: [
      {
        type: "function",
        function: { name: "look", description: "looks", parameters: { type: "object" }, strict: true },
      },
    ],
    tool_choice: { type: "function", function: { name: "look" } },
    parallel_tool_calls: false,
    n: 2,
    max_tokens: 5,
    temperature: 0.5,
    top_p: 0.9,
    stop: ["a"],
    seed: 7,
    presence_penalty: 1,
    frequency_penalty: -1,
    response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "object" }, strict: true } },
    reasoning_effort: "high",
    stream: false,
  };
  const { messages: sent, ...rest } = chatBody(chat.read(body), "m");
  const { messages: told, ...wanted } = body;
  assert.deepEqual(rest, { model: "m", ...wanted });
  assert.deepEqual(sent, [{ role: "system", content: "be brief" }, ...told.slice(1)]);
});

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [string, object, RegExp])[] = [
  ["a field that is none",             { api_base: "https://evil.example" },                              /Unknown field 'api_base'/],
  ["one that hides deeper",            { messages: [{ ...messages[0], api_key: "x" }] },                  /Unknown field 'messages\[0\]\.api_key'/],
  ["one in a tool",                    { tools: [{ type: "function", function: { name: "f", url: "x" } }] }, /Unknown field 'tools\[0\]\.function\.url'/],
  ["extra_body",                       { extra_body: { api_base: "x" } },                                 /Unknown field 'extra_body'/],
  ["guardrails switched off",          { guardrails: {} },                                                /Unknown field 'guardrails'/],
  ["logprobs",                         { logprobs: true },                                                /'logprobs' is not supported/],
  ["functions of old",                 { functions: [] },                                                 /use 'tools'/],
  ["an agent's option",                { databricks_options: {} },                                        /databricks_options is not supported/],
  ["no message",                       { messages: [] },                                                  /must not be empty/],
  ["messages that are none",           { messages: "hi" },                                                /'messages' must be a list/],
  ["a role that is none",              { messages: [{ role: "boss", content: "x" }] },                    /'messages\[0\]\.role' must be one of/],
  ["a result of no call",              { messages: [{ role: "tool", content: "x" }] },                    /'messages\[0\]\.tool_call_id' must be a text/],
  ["nine answers",                     { n: 9 },                                                          /'n' must be a whole number from 1 to 8/],
  ["an image by http",                 { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://x" } }] }] }, /https:/],
  ["a sound",                          { messages: [{ role: "user", content: [{ type: "input_audio" }] }] }, /type' must be one of/],
  ["a bound that is no number",        { max_tokens: "5" },                                               /'max_tokens' must be a whole number/],
];
for (const [says, more, message] of refused)
  test(`${says} is refused by its name`, () => {
    assert.throws(
      () => chat.read({ messages, ...more } as JsonObject),
      (thrown) => thrown instanceof Fault && thrown.code === "BAD_REQUEST" && message.test(thrown.message),
    );
  });
