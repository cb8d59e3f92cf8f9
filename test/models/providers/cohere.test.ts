import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeAnswer } from "../../../src/models/answer.ts";
import { cohereChat } from "../../../src/models/providers/cohere/model.ts";
import { cohereBody } from "../../../src/models/providers/cohere/request.ts";
import { cohereTarget } from "../../../src/models/providers/cohere/settings.ts";
import {
  asked,
  assertUnasked,
  bodyOf,
  broken,
  CANARY,
  cut,
  dataEvents,
  egressThat,
  eventsOf,
  failureOf,
  type Piece,
  type Simulated,
  text,
} from "./simulated.ts";

// Shapes after the types of the `cohere-ai` package, 8.1; not recorded.

const target = (base?: string) =>
  cohereTarget(
    { cohere_config: base === undefined ? {} : { cohere_api_base: base } },
    { "cohere_config.cohere_api_key": CANARY },
    "command-a-03-2025",
  );
const modelBehind = (egress: Simulated) => cohereChat(egress, target());
const { signal } = new AbortController();

const usage = {
  billed_units: { input_tokens: 1, output_tokens: 2 },
  tokens: { input_tokens: 13, output_tokens: 7 },
  cached_tokens: 10,
};
const counted = { input_tokens: 13, output_tokens: 7, cached_tokens: 10 };
const answer = (message: object, finish_reason: string): object => ({
  id: "c1",
  message: { role: "assistant", ...message },
  finish_reason,
  usage,
});

test("an answer is events: thoughts, words, calls, end and counts", async () => {
  const message = {
    tool_plan: "I will dive.",
    content: [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "deep" },
      { type: "of_next_year", words: "no" },
    ],
    tool_calls: [{ id: "t1", type: "function", function: { name: "dive", arguments: '{"m":4' } }],
    citations: [],
  };
  const egress = egressThat(200, [JSON.stringify(answer(message, "TOOL_CALL"))]);
  assert.deepEqual(await eventsOf(modelBehind(egress), asked), [
    { type: "reasoning", choice: 0, text: "I will dive." },
    { type: "reasoning", choice: 0, text: "hm" },
    { type: "text", choice: 0, text: "deep" },
    { type: "tool_call", choice: 0, call: 0, id: "t1", name: "dive" },
    { type: "tool_arguments", choice: 0, call: 0, text: '{"m":4' },
    { type: "finish", choice: 0, reason: "tool_calls" },
    { type: "usage", usage: counted },
  ]);
  assert.equal(egress.calls[0]?.url, "https://api.cohere.com/v2/chat");
  assert.equal(egress.calls[0]?.headers.authorization, `Bearer ${CANARY}`);
});

const delta = (type: string, index: number, message: object): object => ({ type, index, delta: { message } });
const end = (more: object): object => ({ type: "message-end", id: "c1", delta: { usage, ...more } });
const call = (index: number, one: object): object => delta("tool-call-delta", index, { tool_calls: one });

test("a stream is events wherever it is cut; kinds that are not known are passed over", async () => {
  const stream = dataEvents(
    {
      type: "message-start",
      id: "c1",
      delta: { message: { role: "assistant", content: [], tool_plan: "", tool_calls: [] } },
    },
    delta("tool-plan-delta", 0, { tool_plan: "I will " }),
    delta("tool-plan-delta", 0, { tool_plan: "dive." }),
    delta("content-start", 0, { content: { type: "text", text: "" } }),
    delta("content-delta", 0, { content: { text: "dé" } }),
    delta("event-of-next-year", 0, { content: { text: "no" } }),
    delta("content-delta", 0, { content: { text: "ep" } }),
    { type: "citation-start", index: 0, delta: { message: { citations: { text: "no" } } } },
    delta("tool-call-start", 0, {
      tool_calls: { id: "t1", type: "function", function: { name: "dive", arguments: "" } },
    }),
    call(0, { function: { arguments: '{"m":' } }),
    call(0, { function: { arguments: "4}" } }),
    { type: "tool-call-end", index: 0 },
    delta("tool-call-start", 1, { tool_calls: { id: "t2", type: "function", function: { name: "rise" } } }),
    call(1, { function: { arguments: "{}" } }),
    call(7, { function: { arguments: "of no call" } }),
    end({ finish_reason: "TOOL_CALL" }),
  );
  const bytes = new TextEncoder().encode(stream);
  for (const length of [1, 2, 3, 7, 64, bytes.length]) {
    const model = modelBehind(egressThat(200, [...cut(bytes, length)]));
    assert.deepEqual(await wholeAnswer(model.answer({ ...asked, stream: true }, signal)), {
      choices: [
        {
          ...{ text: "déep", reasoning: "I will dive.", refusal: "", finish: "tool_calls" },
          tool_calls: [
            { id: "t1", name: "dive", arguments: '{"m":4}' },
            { id: "t2", name: "rise", arguments: "{}" },
          ],
        },
      ],
      usage: counted,
    });
  }
});

test("each reason why it ended is told", async () => {
  for (const [reason, told] of [
    ["COMPLETE", "stop"],
    ["STOP_SEQUENCE", "stop"],
    ["MAX_TOKENS", "length"],
    ["TOOL_CALL", "tool_calls"],
    ["OF_NEXT_YEAR", "stop"],
  ] as const)
    for (const stream of [false, true]) {
      const body = stream ? dataEvents(end({ finish_reason: reason })) : JSON.stringify(answer({}, reason));
      const events = await eventsOf(modelBehind(egressThat(200, [body])), { ...asked, stream });
      assert.deepEqual(events[0], { type: "finish", choice: 0, reason: told });
    }
});

const word = delta("content-delta", 0, { content: { text: "x" } });
const message = { message: `no, ${CANARY}` };

// biome-ignore format: a table is read in columns
const failures: readonly (readonly [string, boolean, number, readonly Piece[], string, number | null, boolean])[] = [
  ["no JSON",                     false, 200, ["<html>"],                                          "BAD_GATEWAY", null, false],
  ["nothing",                     false, 200, ["{}"],                                              "BAD_GATEWAY", null, false],
  ["an answer that failed",       false, 200, [JSON.stringify(answer({}, "ERROR"))],               "BAD_GATEWAY", 500,  false],
  ["a stream without an end",     true,  200, [dataEvents(word)],                                  "BAD_GATEWAY", null, true],
  ["a stream of no JSON",         true,  200, ["data: {\n\n"],                                     "BAD_GATEWAY", null, true],
  ["a broken connection",         true,  200, [dataEvents(word), broken],                          "BAD_GATEWAY", null, true],
  ["an error at a stream's end",  true,  200, [dataEvents(word, end({ finish_reason: "ERROR", error: CANARY }))], "BAD_GATEWAY", 500, true],
  ["an error without a reason",   true,  200, [dataEvents(word, end({ error: CANARY }))],          "BAD_GATEWAY", 500,  true],
  ["a time that is up",           true,  200, [dataEvents(word, end({ finish_reason: "TIMEOUT" }))], "BAD_GATEWAY", 504, true],
  ["a limit",                     false, 429, [JSON.stringify(message)],                           "RESOURCE_EXHAUSTED", 429, false],
  ["a service that is not there", true,  503, [JSON.stringify(message)],                           "BAD_GATEWAY", 503,  false],
  ["a request that is not taken", false, 422, [JSON.stringify(message)],                           "BAD_REQUEST", 422,  false],
];
for (const [says, isStream, http, pieces, code, status, isMidStream] of failures)
  test(`${says} is the provider's failure by its status, in no words of the provider's`, async () => {
    const failure = await failureOf(modelBehind(egressThat(http, pieces)), { ...asked, stream: isStream });
    assert.deepEqual([failure.fault.code, failure.status, failure.isMidStream], [code, status, isMidStream]);
  });

test("a question is written as the protocol has it", async () => {
  const egress = egressThat(200, [JSON.stringify(answer({}, "COMPLETE"))]);
  await eventsOf(modelBehind(egress), {
    messages: [
      { role: "system", parts: [text("be brief")] },
      {
        role: "user",
        parts: [
          text("what is this?"),
          { type: "image", source: { kind: "data", media_type: "image/png", base64: "AA==" } },
        ],
      },
      {
        role: "assistant",
        parts: [
          { type: "reasoning", text: "hm" },
          { type: "tool_call", id: "t1", name: "look", arguments: "{}" },
        ],
      },
      { role: "tool", parts: [{ type: "tool_result", id: "t1", parts: [text("a buoy")], isError: false }] },
      { role: "assistant", parts: [{ type: "reasoning", text: "hm" }, text("a buoy")] },
      { role: "user", parts: [text("well?")] },
    ],
    tools: [{ name: "look", description: "looks", parameters: { type: "object" }, strict: true }],
    tool_choice: "required",
    sampling: {
      max_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      stop: ["\n"],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      n: 1,
    },
    response_format: { type: "json_schema", name: "buoy", schema: { type: "object" } },
    reasoning: { effort: "low" },
    stream: false,
  });
  assert.deepEqual(bodyOf(egress), {
    model: "command-a-03-2025",
    messages: [
      { role: "system", content: "be brief" },
      {
        role: "user",
        content: [
          { type: "text", text: "what is this?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
        ],
      },
      {
        role: "assistant",
        tool_plan: "hm",
        tool_calls: [{ id: "t1", type: "function", function: { name: "look", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "t1", content: "a buoy" },
      { role: "assistant", content: "a buoy" },
      { role: "user", content: "well?" },
    ],
    ...{
      max_tokens: 9,
      temperature: 0.5,
      p: 0.9,
      k: 4,
      stop_sequences: ["\n"],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
    },
    tools: [{ type: "function", function: { name: "look", description: "looks", parameters: { type: "object" } } }],
    strict_tools: true,
    tool_choice: "REQUIRED",
    response_format: { type: "json_object", json_schema: { type: "object" } },
    thinking: { type: "enabled", token_budget: 1024 },
    stream: false,
  });
});

test("thinking and JSON are asked for as the protocol has them", () => {
  const body = (more: object) => cohereBody({ ...asked, ...more }, "m");
  assert.deepEqual(body({ reasoning: { effort: "high" } }).thinking, { type: "enabled" });
  assert.deepEqual(body({ reasoning: { budget_tokens: 0 } }).thinking, { type: "disabled" });
  assert.deepEqual(body({ response_format: { type: "json_object" } }).response_format, { type: "json_object" });
});

test("what the protocol cannot say is refused by its name, and nothing is sent", async () => {
  const egress = egressThat(200, []);
  const image = { type: "image", source: { kind: "url", url: "https://a.example/b.png" } } as const;
  const tools = [{ name: "look", parameters: {} }];
  for (const [request, says] of [
    [{ sampling: { n: 2 } }, /'n' is not supported/],
    [{ parallel_tool_calls: false }, /'parallel_tool_calls'/],
    [{ tools, tool_choice: { name: "look" } }, /'tool_choice'.*'required'/],
    [
      { messages: [{ role: "tool", parts: [{ type: "tool_result", id: "t", parts: [image], isError: false }] }] },
      /tool's result/,
    ],
  ] as const)
    await assertUnasked(egress, modelBehind(egress), request, says);
});

test("a base of one's own is asked with the version that this speaks", () => {
  for (const base of [
    "https://models.example/cohere",
    "https://models.example/cohere/",
    "https://models.example/cohere/v1",
    "https://models.example/cohere/v2",
  ])
    assert.equal(target(base).url, "https://models.example/cohere/v2/chat");
  for (const base of [
    "file:///etc/passwd",
    "https://u:p@models.example",
    "https://models.example#",
    "https://models.example?x=",
  ])
    assert.throws(() => target(base), /cohere_api_base/);
});
