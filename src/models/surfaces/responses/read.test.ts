import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { type Answer, eventsOf, wholeAnswer } from "../../answer.ts";
import type { ModelRequest } from "../../request.ts";
import { responses as surface } from "./mod.ts";

const user = { role: "user", parts: [{ type: "text", text: "hi" }] } as const;
const asked: ModelRequest = { messages: [user], tools: [], sampling: {}, stream: false };
const schema = { type: "object" };

const read: readonly (readonly [says: string, body: JsonObject, wanted: Partial<ModelRequest>])[] = [
  ["a text", { input: "hi" }, {}],
  ["a message without a type", { input: [{ role: "user", content: "hi" }] }, {}],
  [
    "instructions",
    { input: "hi", instructions: "be brief" },
    { messages: [{ role: "system", parts: [{ type: "text", text: "be brief" }] }, user] },
  ],
  [
    "a developer's word, and an image",
    {
      input: [
        { type: "message", role: "developer", content: [{ type: "input_text", text: "be brief" }] },
        {
          role: "user",
          content: [
            { type: "input_text", text: "see" },
            { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "low" },
          ],
        },
      ],
    },
    {
      messages: [
        { role: "system", parts: [{ type: "text", text: "be brief" }] },
        {
          role: "user",
          parts: [
            { type: "text", text: "see" },
            { type: "image", source: { kind: "data", media_type: "image/png", base64: "AAAA" }, detail: "low" },
          ],
        },
      ],
    },
  ],
  [
    "what a model said over several items, as one message, and what its tools gave back",
    {
      input: [
        { role: "user", content: "hi" },
        {
          type: "reasoning",
          id: "rs",
          summary: [{ type: "summary_text", text: "hm" }],
          encrypted_content: "s",
          status: "completed",
        },
        {
          type: "message",
          id: "msg",
          role: "assistant",
          status: "completed",
          content: [
            { type: "output_text", text: "so", annotations: [], logprobs: [] },
            { type: "refusal", refusal: "no" },
          ],
        },
        { type: "function_call", id: "fc", call_id: "c", name: "look", arguments: "{}", status: "completed" },
        { type: "function_call_output", call_id: "c", output: "a buoy" },
        { type: "function_call_output", call_id: "d", output: [{ type: "input_text", text: "fog" }] },
      ],
    },
    {
      messages: [
        user,
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "hm", signature: "s" },
            { type: "text", text: "so" },
            { type: "refusal", text: "no" },
            { type: "tool_call", id: "c", name: "look", arguments: "{}" },
          ],
        },
        {
          role: "tool",
          parts: [{ type: "tool_result", id: "c", parts: [{ type: "text", text: "a buoy" }], isError: false }],
        },
        {
          role: "tool",
          parts: [{ type: "tool_result", id: "d", parts: [{ type: "text", text: "fog" }], isError: false }],
        },
      ],
    },
  ],
  [
    "tools, one of which must be called",
    {
      input: "hi",
      tools: [{ type: "function", name: "look", description: "looks", parameters: schema, strict: true }],
      tool_choice: { type: "function", name: "look" },
      parallel_tool_calls: false,
    },
    {
      tools: [{ name: "look", description: "looks", parameters: schema, strict: true }],
      tool_choice: { name: "look" },
      parallel_tool_calls: false,
    },
  ],
  [
    "an answer of a shape, within bounds, with some effort, as a stream",
    {
      input: "hi",
      text: { format: { type: "json_schema", name: "n", schema, strict: true }, verbosity: "medium" },
      max_output_tokens: 7,
      temperature: 0.5,
      top_p: 0.9,
      reasoning: { effort: "low", summary: "auto" },
      stream: true,
      include: ["reasoning.encrypted_content"],
    },
    {
      response_format: { type: "json_schema", name: "n", schema, strict: true },
      sampling: { max_tokens: 7, temperature: 0.5, top_p: 0.9 },
      reasoning: { effort: "low" },
      stream: true,
    },
  ],
  [
    "what has no effect",
    {
      input: "hi",
      user: "u",
      metadata: { a: "b" },
      store: false,
      background: false,
      service_tier: "auto",
      truncation: "disabled",
      previous_response_id: null,
    },
    {},
  ],
];
for (const [says, body, wanted] of read)
  test(`${says} is read`, () => assert.deepEqual(surface.read(body), { ...asked, ...wanted }));

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [says: string, more: JsonObject, message: RegExp])[] = [
  ["a field that is none",       { api_base: "https://evil.example" },                     /Unknown field 'api_base'/],
  ["extra_body",                 { extra_body: { base_url: "x" } },                        /Unknown field 'extra_body'/],
  ["a field of an item",         { input: [{ role: "user", content: "x", url: "u" }] },    /Unknown field 'input\[0\]\.url'/],
  ["a field of a content",       { input: [{ role: "user", content: [{ type: "input_text", text: "x", key: "k" }] }] }, /Unknown field 'input\[0\]\.content\[0\]\.key'/],
  ["a field of a tool",          { tools: [{ type: "function", name: "f", server_url: "x" }] }, /Unknown field 'tools\[0\]\.server_url'/],
  ["a server of tools",          { tools: [{ type: "mcp", server_url: "https://evil.example" }] }, /'tools\[0\]\.type' must be one of: function/],
  ["a search of the web",        { tools: [{ type: "web_search" }] },                      /'tools\[0\]\.type' must be one of: function/],
  ["an earlier response",        { previous_response_id: "resp_1" },                       /'previous_response_id' is not supported: nothing is kept.*Send the whole conversation/],
  ["keeping it",                 { store: true },                                          /'store' is not supported: nothing is kept/],
  ["an answer later",            { background: true },                                     /'background' is not supported: wait for the answer/],
  ["a conversation",             { conversation: "conv_1" },                               /'conversation' is not supported/],
  ["an item kept elsewhere",     { input: [{ type: "item_reference", id: "x" }] },         /'input\[0\]\.type' must be one of/],
  ["a file",                     { input: [{ role: "user", content: [{ type: "input_file", file_id: "f" }] }] }, /type' must be one of/],
  ["an image by its file",       { input: [{ role: "user", content: [{ type: "input_image", file_id: "f" }] }] }, /file_id' is not supported: no files are kept/],
  ["more in the answer",         { include: ["message.output_text.logprobs"] },            /'include\[0\]' must be one of: reasoning\.encrypted_content/],
  ["an agent's input",           { custom_inputs: {} },                                    /'custom_inputs' is not supported: models do not take it/],
  ["an agent's option",          { databricks_options: {} },                               /'databricks_options' is not supported: models do not take it/],
  ["no input",                   { input: [] },                                            /'input' must not be empty/],
];
for (const [says, more, message] of refused)
  test(`${says} is refused by its name`, () => {
    assert.throws(
      () => surface.read({ input: "hi", ...more }),
      (thrown) => thrown instanceof Fault && thrown.code === "BAD_REQUEST" && message.test(thrown.message),
    );
  });

const answer: Answer = {
  choices: [
    {
      text: "so",
      reasoning: "hm",
      signature: "s",
      refusal: "",
      tool_calls: [{ id: "c", name: "look", arguments: "{}" }],
      finish: "tool_calls",
    },
  ],
  usage: { input_tokens: 2, output_tokens: 3 },
};
const frameOf = (body: JsonObject) => ({ id: "1", model: "m", created: 1, request: surface.read(body), body });

test("what a model answered is read back from the items of the response", () => {
  const body = { input: "hi", reasoning: { summary: "auto" }, include: ["reasoning.encrypted_content"] };
  const { output } = surface.whole(answer, frameOf(body));
  const [, said] = surface.read({
    input: [{ role: "user", content: "hi" }, ...(output as readonly JsonObject[])],
  }).messages;
  assert.deepEqual(said, {
    role: "assistant",
    parts: [
      { type: "reasoning", text: "hm", signature: "s" },
      { type: "text", text: "so" },
      { type: "tool_call", id: "c", name: "look", arguments: "{}" },
    ],
  });
});

test("what the model thought is in the response of those alone who asked for it", () => {
  const { output } = surface.whole(answer, frameOf({ input: "hi" }));
  assert.deepEqual(
    (output as readonly JsonObject[]).map((item) => item.type),
    ["message", "function_call"],
  );
});

test("a stream tells its events in the order of the protocol", async () => {
  async function* events() {
    yield* eventsOf(answer);
  }
  const text = (await Array.fromAsync(surface.stream(events(), frameOf({ input: "hi" })))).join("");
  assert.deepEqual(
    [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name),
    [
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.output_item.added",
      "response.function_call_arguments.delta",
      "response.function_call_arguments.done",
      "response.output_item.done",
      "response.completed",
    ],
  );
  const whole = JSON.stringify(surface.whole(await wholeAnswer(events()), frameOf({ input: "hi" })));
  assert.ok(text.includes(`"response":${whole}`));
});
