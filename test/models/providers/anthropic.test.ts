import assert from "node:assert/strict";
import { test } from "node:test";
import type Anthropic from "@anthropic-ai/sdk";
import fc from "fast-check";
import { wholeAnswer } from "../../../src/models/answer.ts";
import { anthropicChat } from "../../../src/models/providers/anthropic/model.ts";
import { messagesBody } from "../../../src/models/providers/anthropic/request.ts";
import { anthropicHeaders } from "../../../src/models/providers/anthropic/settings.ts";
import { surfaces } from "../../../src/models/surfaces/mod.ts";
import { each, saidOf, sent, streams } from "../answers.ts";
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

// Shapes after the types of the `@anthropic-ai/sdk` package, 1.10; not recorded.

const { signal } = new AbortController();
const headers = anthropicHeaders({ "anthropic_config.anthropic_api_key": CANARY });
const modelBehind = (egress: Simulated) => anthropicChat(egress, { headers, model: "claude-sonnet-4-6" });

const usage = {
  input_tokens: 3,
  cache_read_input_tokens: 10,
  cache_creation_input_tokens: 5,
  output_tokens: 7,
  output_tokens_details: { thinking_tokens: 2 },
} satisfies Partial<Anthropic.Usage>;

const message = (content: readonly object[], stop_reason: Anthropic.StopReason): object => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-6",
  content,
  stop_reason,
  stop_sequence: null,
  usage,
});

const blocks = [
  { type: "thinking", thinking: "hm", signature: "s1" },
  { type: "redacted_thinking", data: "xx" },
  { type: "text", text: "deep", citations: null },
  { type: "tool_use", id: "t1", name: "dive", input: { m: 4 } },
  { type: "server_tool_use", id: "t2", name: "web_search", input: {} },
  { type: "tool_use", id: "t3", name: "rise", input: {} },
];

const said = [
  { type: "reasoning", choice: 0, text: "hm", signature: "s1" },
  { type: "text", choice: 0, text: "deep" },
  { type: "tool_call", choice: 0, call: 0, id: "t1", name: "dive" },
  { type: "tool_arguments", choice: 0, call: 0, text: '{"m":4}' },
  { type: "tool_call", choice: 0, call: 1, id: "t3", name: "rise" },
  { type: "finish", choice: 0, reason: "tool_calls" },
  { type: "usage", usage: { input_tokens: 18, output_tokens: 7, cached_tokens: 10, reasoning_tokens: 2 } },
];

test("a message is events: thoughts with their proof, words, calls, end and counts with the cache's", async () => {
  const egress = egressThat(200, [JSON.stringify(message(blocks, "tool_use"))]);
  assert.deepEqual(await eventsOf(modelBehind(egress), asked), said);
  const [call] = egress.calls;
  assert.equal(call?.url, "https://api.anthropic.com/v1/messages");
  assert.equal(call?.headers["x-api-key"], CANARY);
  assert.equal(call?.headers["anthropic-version"], "2023-06-01");
});

const stream = dataEvents(
  {
    type: "message_start",
    message: { ...message([], "end_turn"), stop_reason: null, usage: { ...usage, output_tokens: 1 } },
  },
  { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
  { type: "ping" },
  { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "hm" } },
  { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "s1" } },
  { type: "content_block_stop", index: 0 },
  { type: "content_block_start", index: 1, content_block: { type: "text", text: "", citations: null } },
  { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "dé" } },
  { type: "content_block_delta", index: 1, delta: { type: "of_next_year", text: "no" } },
  { type: "an_event_of_next_year", index: 1 },
  { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "ep" } },
  { type: "content_block_stop", index: 1 },
  {
    type: "content_block_start",
    index: 2,
    content_block: { type: "server_tool_use", id: "t2", name: "web_search", input: {} },
  },
  { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '{"secret":1}' } },
  { type: "content_block_start", index: 3, content_block: { type: "tool_use", id: "t1", name: "dive", input: {} } },
  { type: "content_block_delta", index: 3, delta: { type: "input_json_delta", partial_json: "" } },
  { type: "content_block_delta", index: 3, delta: { type: "input_json_delta", partial_json: '{"m":' } },
  { type: "content_block_delta", index: 3, delta: { type: "input_json_delta", partial_json: "4" } },
  { type: "content_block_stop", index: 3 },
  {
    type: "message_delta",
    delta: { stop_reason: "max_tokens", stop_sequence: null },
    usage: { output_tokens: 7, input_tokens: null },
  },
  { type: "message_stop" },
);

test("a stream is events wherever it is cut; kinds that are not known are passed over, and half a call stays half", async () => {
  const bytes = new TextEncoder().encode(stream);
  for (const length of [1, 2, 3, 7, 64, bytes.length]) {
    const egress = egressThat(200, [...cut(bytes, length)]);
    const answer = await wholeAnswer(modelBehind(egress).answer({ ...asked, stream: true }, signal));
    assert.deepEqual(answer, {
      choices: [
        {
          ...{ text: "déep", reasoning: "hm", signature: "s1", refusal: "", finish: "length" },
          tool_calls: [{ id: "t1", name: "dive", arguments: '{"m":4' }],
        },
      ],
      usage: { input_tokens: 18, output_tokens: 7, cached_tokens: 10, reasoning_tokens: 2 },
    });
  }
});

test("what Anthropic's own client reads of our Messages surface, this reads too", async () => {
  const messages = [{ role: "user", content: "hi" }];
  const body = { max_tokens: 5, messages, thinking: { type: "enabled", budget_tokens: 9 } };
  await fc.assert(
    fc.asyncProperty(streams(1), async (events) => {
      const written = await sent(surfaces.messages, body, each(events));
      const read = modelBehind(egressThat(200, [written])).answer({ ...asked, stream: true }, signal);
      const [{ choices, usage: counted }, wanted] = [await wholeAnswer(read), await wholeAnswer(each(events))];
      // Text and refusal are blocks of one kind here, and a refusal is why it ended.
      const merged = saidOf(wanted).map(({ refusal, text: words, finish, ...rest }) => ({
        ...{ ...rest, text: words + refusal, refusal: "", finish: refusal ? "content_filter" : finish },
      }));
      assert.deepEqual(saidOf({ choices }), merged);
      assert.equal(choices[0]?.signature || undefined, wanted.choices[0]?.signature);
      assert.deepEqual(counted, wanted.usage);
    }),
    { numRuns: 200 },
  );
});

test("each reason why it stopped is told", async () => {
  for (const [given, told] of [
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["pause_turn", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_use", "tool_calls"],
    ["refusal", "content_filter"],
  ] as const) {
    const egress = egressThat(200, [JSON.stringify(message([{ type: "text", text: "x" }], given))]);
    const events = await eventsOf(modelBehind(egress), asked);
    assert.deepEqual(
      events.find((one) => one.type === "finish"),
      { type: "finish", choice: 0, reason: told },
    );
  }
});

const started = { type: "message_start", message: message([], "end_turn") };
const word = { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "x" } };
const error = (type: string): object => ({
  type: "error",
  error: { type, message: `no, ${CANARY}` },
  request_id: null,
});

// biome-ignore format: a table is read in columns
const failures: readonly (readonly [string, boolean, number, readonly Piece[], string, number | null, boolean])[] = [
  ["no JSON",                          false, 200, ["<html>"],                                    "BAD_GATEWAY", null, false],
  ["another thing than a message",     false, 200, [JSON.stringify(error("api_error"))],          "BAD_GATEWAY", null, false],
  ["a stream without an end",          true,  200, [dataEvents(started, word)],                   "BAD_GATEWAY", null, true],
  ["a stream of no JSON",              true,  200, ["data: {\n\n"],                               "BAD_GATEWAY", null, true],
  ["a broken connection",              true,  200, [dataEvents(started, word), broken],           "BAD_GATEWAY", null, true],
  ["an overload within a stream",      true,  200, [dataEvents(started, error("overloaded_error"))], "BAD_GATEWAY", 529, true],
  ["a limit within a stream",          true,  200, [dataEvents(started, word, error("rate_limit_error"))], "RESOURCE_EXHAUSTED", 429, true],
  ["an error of next year",            true,  200, [dataEvents(started, error(CANARY))],          "BAD_GATEWAY", 500,  true],
  ["an overload",                      true,  529, [JSON.stringify(error("overloaded_error"))],   "BAD_GATEWAY", 529,  false],
  ["an error of its own",              false, 500, [JSON.stringify(error("api_error"))],          "BAD_GATEWAY", 500,  false],
  ["a limit",                          false, 429, [JSON.stringify(error("rate_limit_error"))],   "RESOURCE_EXHAUSTED", 429, false],
  ["a key that is not taken",          false, 401, [JSON.stringify(error("authentication_error"))], "BAD_GATEWAY", 401, false],
  ["a request that is not taken",      false, 400, [JSON.stringify(error("invalid_request_error"))], "BAD_REQUEST", 400, false],
];
for (const [says, isStream, http, pieces, code, status, isMidStream] of failures)
  test(`${says} is the provider's failure by its status, in no words of the provider's`, async () => {
    const egress = egressThat(http, pieces, { "retry-after": "2" });
    const failure = await failureOf(modelBehind(egress), { ...asked, stream: isStream });
    assert.deepEqual([failure.fault.code, failure.status, failure.isMidStream], [code, status, isMidStream]);
    if (http === 429) assert.equal(failure.retry_after_ms, 2_000);
  });

test("a body that our Messages surface reads is written as it came", () => {
  const body = {
    max_tokens: 9,
    system: "be brief",
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "what is this?" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } },
          { type: "image", source: { type: "url", url: "https://a.example/b.png" } },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "hm", signature: "s1" },
          { type: "tool_use", id: "t1", name: "look", input: { at: 1 } },
          { type: "tool_use", id: "t2", name: "look", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "t1", content: [{ type: "text", text: "a buoy" }] },
          { type: "tool_result", tool_use_id: "t2", content: [{ type: "text", text: "no" }], is_error: true },
          { type: "text", text: "well?" },
        ],
      },
    ],
    tools: [{ name: "look", description: "looks", input_schema: { type: "object", properties: {} }, strict: true }],
    tool_choice: { type: "tool", name: "look", disable_parallel_tool_use: true },
    temperature: 0.5,
    top_p: 0.9,
    top_k: 4,
    stop_sequences: ["\n"],
    thinking: { type: "adaptive", display: "summarized" },
    output_config: { effort: "low", format: { type: "json_schema", schema: { type: "object" } } },
    stream: true,
  };
  const written = messagesBody(surfaces.messages.read(body), "claude-sonnet-4-6");
  assert.deepEqual(written, { ...body, model: "claude-sonnet-4-6" });
});

test("a question of another protocol is written as this one has it", async () => {
  const egress = egressThat(200, [JSON.stringify(message([], "end_turn"))]);
  await eventsOf(modelBehind(egress), {
    messages: [
      { role: "system", parts: [text("be brief")] },
      { role: "user", parts: [text("hi"), text("")] },
      {
        role: "assistant",
        parts: [
          { type: "reasoning", text: "unproven" },
          { type: "refusal", text: "no" },
        ],
      },
      { role: "assistant", parts: [text("")] },
      { role: "system", parts: [text("be kind")] },
      { role: "user", parts: [text("go on")] },
      { role: "user", parts: [text("please")] },
    ],
    tools: [{ name: "look", parameters: {} }],
    tool_choice: "required",
    sampling: { n: 1, presence_penalty: 0 },
    stream: false,
  });
  assert.deepEqual(bodyOf(egress), {
    model: "claude-sonnet-4-6",
    max_tokens: 4096,
    system: "be brief\n\nbe kind",
    messages: [
      { role: "user", content: [{ type: "text", text: "hi" }] },
      { role: "assistant", content: [{ type: "text", text: "no" }] },
      {
        role: "user",
        content: [
          { type: "text", text: "go on" },
          { type: "text", text: "please" },
        ],
      },
    ],
    tools: [{ name: "look", input_schema: { type: "object" } }],
    tool_choice: { type: "any" },
    stream: false,
  });
});

test("thinking is asked for as the model takes it: by effort, by a budget within the bound, and not where proof is missing", () => {
  const result = { role: "tool", parts: [{ type: "tool_result", id: "t", parts: [], isError: false }] } as const;
  const called = { role: "assistant", parts: [{ type: "tool_call", id: "t", name: "look", arguments: "{}" }] } as const;
  const thinking = (model: string, more: object = {}) => {
    const body = messagesBody({ ...asked, reasoning: { effort: "medium" }, ...more }, model);
    return [body.thinking, body.output_config, body.max_tokens];
  };
  const adaptive = [{ type: "adaptive", display: "summarized" }, { effort: "medium" }, 4096];
  for (const model of ["claude-sonnet-4-6", "claude-opus-4-7", "claude-opus-5"])
    assert.deepEqual(thinking(model), adaptive);
  const enabled = [{ type: "enabled", budget_tokens: 8192 }, undefined, 12288];
  for (const model of [
    "claude-3-7-sonnet-20250219",
    "claude-sonnet-4-20250514",
    "claude-opus-4-1-20250805",
    "claude-haiku-4-5",
  ])
    assert.deepEqual(thinking(model), enabled, model);
  assert.deepEqual(thinking("claude-haiku-4-5", { sampling: { max_tokens: 2000 } }), [
    { type: "enabled", budget_tokens: 1999 },
    undefined,
    2000,
  ]);
  assert.deepEqual(thinking("claude-haiku-4-5", { sampling: { max_tokens: 100 } }), [undefined, undefined, 100]);
  assert.deepEqual(thinking("claude-opus-5", { messages: [called, result] }), [undefined, undefined, 4096]);
});

test("arguments of a call that are no JSON object go back as the model wrote them, in an object", () => {
  for (const [written, input] of [
    ['{"at":1}', { at: 1 }],
    ["", {}],
    ['{"at":', { INVALID_JSON: '{"at":' }],
    ["[1]", { INVALID_JSON: "[1]" }],
  ] as const) {
    const call = { type: "tool_call", id: "t", name: "look", arguments: written } as const;
    const { messages } = messagesBody({ ...asked, messages: [{ role: "assistant", parts: [call] }] }, "m");
    const content = [{ type: "tool_use", id: "t", name: "look", input }];
    assert.deepEqual(messages, [{ role: "assistant", content }]);
  }
});

test("what the protocol cannot say is refused by its name, and nothing is sent", async () => {
  const egress = egressThat(200, []);
  const model = modelBehind(egress);
  for (const [request, says] of [
    [{ sampling: { n: 2 } }, /'n' is not supported/],
    [{ sampling: { seed: 1 } }, /'seed'/],
    [{ sampling: { presence_penalty: 1 } }, /'presence_penalty'/],
    [{ sampling: { frequency_penalty: -1 } }, /'frequency_penalty'/],
    [{ response_format: { type: "json_object" } }, /json_schema/],
  ] as const)
    await assertUnasked(egress, model, request, says);
});
