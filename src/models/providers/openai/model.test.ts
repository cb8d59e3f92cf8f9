import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "#wire/errors.ts";
import { wholeAnswer } from "../../answer.ts";
import type { AnswerEvent } from "../../events.ts";
import { ProviderFailure } from "../../failure.ts";
import type { ModelRequest } from "../../request.ts";
import type { ProviderCall, ProviderEgress } from "../egress.ts";
import { openaiChat } from "./model.ts";
import { askedBody, chatBody } from "./request.ts";

// Shapes after the types of the `openai` package, 6.49; not recorded.

const target = {
  url: "https://models.example/v1/chat/completions",
  headers: { authorization: "Bearer k-1" },
  model: "m",
};
const text = (words: string) => ({ type: "text", text: words }) as const;
const asked: ModelRequest = {
  messages: [{ role: "user", parts: [text("hi")] }],
  tools: [],
  sampling: {},
  stream: false,
};
const { signal } = new AbortController();

function egressThat(
  status: number,
  pieces: readonly (string | Error)[],
  headers: Readonly<Record<string, string>> = {},
): ProviderEgress & { readonly calls: (ProviderCall & { url: string })[] } {
  const calls: (ProviderCall & { url: string })[] = [];
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      if (typeof piece !== "string") throw piece;
      yield new TextEncoder().encode(piece);
    }
  }
  return {
    calls,
    open: async (url, options) => {
      calls.push({ ...options, url });
      return { status, headers, body: parts() };
    },
  };
}

const streamOf = (...chunks: (object | string)[]): string =>
  chunks.map((one) => `data: ${typeof one === "string" ? one : JSON.stringify(one)}\n\n`).join("");
const delta = (said: object, finish_reason: string | null = null, index = 0): object => ({
  choices: [{ index, delta: said, finish_reason }],
});

const eventsOf = (egress: ProviderEgress, request: ModelRequest): Promise<AnswerEvent[]> =>
  Array.fromAsync(openaiChat(egress, target).answer(request, signal));

test("a completion is events: thoughts, words, refusal, calls, end and counts, of each choice", async () => {
  const message = {
    role: "assistant",
    content: "deep",
    refusal: null,
    reasoning_content: "hm",
    tool_calls: [{ id: "c1", type: "function", function: { name: "dive", arguments: '{"m":4}' } }],
  };
  const usage = { prompt_tokens: 3, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 1 } };
  const choices = [
    { index: 0, message, finish_reason: "tool_calls" },
    { index: 1, message: { role: "assistant", content: null, refusal: "no" }, finish_reason: "stop" },
  ];
  const egress = egressThat(200, [JSON.stringify({ choices, usage })]);
  assert.deepEqual(await eventsOf(egress, asked), [
    { type: "reasoning", choice: 0, text: "hm" },
    { type: "text", choice: 0, text: "deep" },
    { type: "tool_call", choice: 0, call: 0, id: "c1", name: "dive" },
    { type: "tool_arguments", choice: 0, call: 0, text: '{"m":4}' },
    { type: "finish", choice: 0, reason: "tool_calls" },
    { type: "refusal", choice: 1, text: "no" },
    { type: "finish", choice: 1, reason: "stop" },
    { type: "usage", usage: { input_tokens: 3, output_tokens: 2, cached_tokens: 1 } },
  ]);
  assert.equal(egress.calls[0]?.url, target.url);
  assert.equal(egress.calls[0]?.headers.authorization, "Bearer k-1");
});

test("a stream comes to the same as the answer whole, wherever it is cut", async () => {
  const stream = streamOf(
    delta({ role: "assistant", content: "" }),
    delta({ content: "fé" }),
    delta({ content: "e" }, null, 1),
    delta({ tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "dive", arguments: "" } }] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: '{"m"' } }] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: ":4}" } }] }),
    delta({}, "tool_calls"),
    delta({}, "stop", 1),
    { choices: [], usage: { prompt_tokens: 5, completion_tokens: 6 } },
    "[DONE]",
  );
  const bytes = new TextEncoder().encode(stream);
  const wanted = {
    choices: [
      {
        ...{ text: "fé", reasoning: "", refusal: "", finish: "tool_calls" },
        tool_calls: [{ id: "c1", name: "dive", arguments: '{"m":4}' }],
      },
      { text: "e", reasoning: "", refusal: "", finish: "stop", tool_calls: [] },
    ],
    usage: { input_tokens: 5, output_tokens: 6 },
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 20 }), async (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      async function* body(): AsyncGenerator<Uint8Array> {
        for (let i = 1; i < places.length; i += 1) yield bytes.subarray(places[i - 1], places[i]);
      }
      const egress: ProviderEgress = { open: async () => ({ status: 200, headers: {}, body: body() }) };
      const answer = await wholeAnswer(openaiChat(egress, target).answer({ ...asked, stream: true }, signal));
      assert.deepEqual(answer, wanted);
    }),
    { numRuns: 100 },
  );
});

// biome-ignore format: a table is read in columns
const broken: readonly (readonly [string, boolean, readonly (string | Error)[], RegExp])[] = [
  ["no JSON",                false, ["<html>"],                                       /no JSON object/],
  ["no choices",             false, ["{}"],                                           /no chat completion/],
  ["a stream without end",   true,  [streamOf(delta({ content: "x" }))],              /broke off/],
  ["a stream of no JSON",    true,  [streamOf("{", "[DONE]")],                        /no JSON/],
  ["an error in a stream",   true,  [streamOf({ error: { message: "k-1" } })],        /ended in an error/],
  ["a broken connection",    true,  [streamOf(delta({ content: "x" })), new Fault("BAD_GATEWAY", "The connection broke.")], /broke/],
  ["a line without an end",  true,  [`data: ${"x".repeat(5 * 1024 * 1024)}`],         /no end/],
];
for (const [says, stream, pieces, message] of broken)
  test(`${says} is the provider's failure, and no answer`, async () => {
    await assert.rejects(eventsOf(egressThat(200, pieces), { ...asked, stream }), (thrown) => {
      assert.ok(thrown instanceof Fault);
      assert.equal(thrown.code, "BAD_GATEWAY");
      assert.ok(thrown.cause instanceof ProviderFailure);
      assert.match(thrown.message, message);
      assert.doesNotMatch(thrown.message, /k-1/);
      return true;
    });
  });

test("a refusal tells how to go on, and neither the key nor the provider's words", async () => {
  // biome-ignore format: a table is read in columns
  for (const [status, code, headers, retry_after_ms] of [
    [429, "RESOURCE_EXHAUSTED", { "retry-after": "3" }, 3_000],
    [429, "RESOURCE_EXHAUSTED", {},                     null],
    [503, "BAD_GATEWAY",        { "retry-after": "x" }, null],
    [400, "BAD_REQUEST",        {},                     null],
    [401, "BAD_GATEWAY",        {},                     null],
    [302, "BAD_GATEWAY",        {},                     null],
  ] as const) {
    await assert.rejects(eventsOf(egressThat(status, ["secret words k-1"], headers), asked), (thrown) => {
      assert.ok(thrown instanceof Fault && thrown.cause instanceof ProviderFailure);
      assert.deepEqual([thrown.code, thrown.cause.status, thrown.cause.retry_after_ms], [code, status, retry_after_ms]);
      assert.doesNotMatch(`${thrown.message} ${thrown.options.internal}`, /k-1|secret/);
      return true;
    });
  }
});

test("a question is written as the protocol has it", () => {
  const schema = { type: "object" };
  const body = chatBody(
    {
      messages: [
        { role: "system", parts: [text("be brief")] },
        {
          role: "user",
          parts: [
            text("what is this?"),
            { type: "image", source: { kind: "data", media_type: "image/png", base64: "AA==" }, detail: "low" },
          ],
        },
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "hm" },
            { type: "tool_call", id: "c1", name: "look", arguments: "{}" },
          ],
        },
        { role: "tool", parts: [{ type: "tool_result", id: "c1", parts: [text("a buoy")], isError: false }] },
      ],
      tools: [{ name: "look", parameters: schema, strict: true }],
      tool_choice: { name: "look" },
      sampling: { n: 2, max_tokens: 9, top_k: 4 },
      response_format: { type: "json_schema", name: "buoy", schema },
      reasoning: { effort: "low" },
      stream: true,
    },
    "upstream",
  );
  assert.deepEqual(body, {
    model: "upstream",
    messages: [
      { role: "system", content: "be brief" },
      {
        role: "user",
        content: [
          { type: "text", text: "what is this?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AA==", detail: "low" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c1", content: "a buoy" },
    ],
    tools: [{ type: "function", function: { name: "look", parameters: schema, strict: true } }],
    tool_choice: { type: "function", function: { name: "look" } },
    n: 2,
    max_tokens: 9,
    response_format: { type: "json_schema", json_schema: { name: "buoy", schema } },
    reasoning_effort: "low",
    stream: true,
    stream_options: { include_usage: true },
  });
});

test("what a server has no word for is refused by its name, and sent to one that has", () => {
  const request = { ...asked, sampling: { top_k: 4 }, reasoning: { budget_tokens: 900 } };
  const isRefused = (name: string) => (thrown: unknown) =>
    thrown instanceof Fault && thrown.code === "BAD_REQUEST" && thrown.message.includes(`'${name}'`);
  assert.throws(() => askedBody(request, "m", []), isRefused("top_k"));
  assert.throws(() => askedBody(request, "m", ["top_k"]), isRefused("budget_tokens"));
  const { top_k, thinking } = askedBody(request, "m", ["top_k", "thinking"]);
  assert.deepEqual({ top_k, thinking }, { top_k: 4, thinking: { type: "enabled", budget_tokens: 900 } });
  assert.ok(!("thinking" in askedBody({ ...asked, reasoning: { budget_tokens: 0 } }, "m", [])));
});
