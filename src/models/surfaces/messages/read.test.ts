import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { ModelRequest } from "../../request.ts";
import { messages as surface } from "./mod.ts";

const messages = [{ role: "user", content: "hi" }];
const least = { messages, max_tokens: 9 };
const user = { role: "user", parts: [{ type: "text", text: "hi" }] } as const;
const asked: ModelRequest = { messages: [user], tools: [], sampling: { max_tokens: 9 }, stream: false };
const schema = { type: "object", properties: { at: { type: "string" } } };
const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } };
const seen = { type: "image", source: { kind: "data", media_type: "image/png", base64: "AAAA" } } as const;

const read: readonly (readonly [says: string, more: JsonObject, wanted: Partial<ModelRequest>])[] = [
  ["the least of it", {}, {}],
  [
    "a system text",
    { system: "be brief" },
    { messages: [{ role: "system", parts: [{ type: "text", text: "be brief" }] }, user] },
  ],
  [
    "a system of blocks, with what to cache",
    {
      system: [{ type: "text", text: "be brief", cache_control: { type: "ephemeral" } }],
      cache_control: { type: "ephemeral" },
    },
    { messages: [{ role: "system", parts: [{ type: "text", text: "be brief" }] }, user] },
  ],
  [
    "images, here and elsewhere",
    {
      messages: [
        { role: "user", content: [image, { type: "image", source: { type: "url", url: "https://x.example/a.png" } }] },
      ],
    },
    {
      messages: [
        { role: "user", parts: [seen, { type: "image", source: { kind: "url", url: "https://x.example/a.png" } }] },
      ],
    },
  ],
  [
    "a turn with thought, call and result, and what follows it",
    {
      messages: [
        ...messages,
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "hm", signature: "s" },
            { type: "text", text: "let me see", citations: null },
            { type: "tool_use", id: "c", name: "look", input: { at: "sea" }, caller: { type: "direct" } },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "c",
              content: [{ type: "text", text: "a buoy" }, image],
              is_error: true,
            },
            { type: "tool_result", tool_use_id: "d", content: "fog" },
            { type: "text", text: "and now?" },
          ],
        },
      ],
    },
    {
      messages: [
        user,
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "hm", signature: "s" },
            { type: "text", text: "let me see" },
            { type: "tool_call", id: "c", name: "look", arguments: '{"at":"sea"}' },
          ],
        },
        {
          role: "tool",
          parts: [{ type: "tool_result", id: "c", parts: [{ type: "text", text: "a buoy" }, seen], isError: true }],
        },
        {
          role: "tool",
          parts: [{ type: "tool_result", id: "d", parts: [{ type: "text", text: "fog" }], isError: false }],
        },
        { role: "user", parts: [{ type: "text", text: "and now?" }] },
      ],
    },
  ],
  [
    "tools, one of which must be called, alone",
    {
      tools: [
        {
          type: "custom",
          name: "look",
          description: "looks",
          input_schema: schema,
          strict: true,
          cache_control: { type: "ephemeral" },
        },
      ],
      tool_choice: { type: "tool", name: "look", disable_parallel_tool_use: true },
    },
    {
      tools: [{ name: "look", description: "looks", parameters: schema, strict: true }],
      tool_choice: { name: "look" },
      parallel_tool_calls: false,
    },
  ],
  ["any tool", { tool_choice: { type: "any" } }, { tool_choice: "required" }],
  ["no tool", { tool_choice: { type: "none" } }, { tool_choice: "none" }],
  [
    "how to choose words",
    { temperature: 0.5, top_p: 0.9, top_k: 3, stop_sequences: ["x"], stream: true },
    { sampling: { max_tokens: 9, temperature: 0.5, top_p: 0.9, top_k: 3, stop: ["x"] }, stream: true },
  ],
  [
    "an answer of a shape",
    { output_config: { format: { type: "json_schema", schema } } },
    { response_format: { type: "json_schema", name: "answer", schema, strict: true } },
  ],
  [
    "thought within a budget",
    { thinking: { type: "enabled", budget_tokens: 99 } },
    { reasoning: { budget_tokens: 99 } },
  ],
  [
    "thought as the model sees fit, with some effort",
    { thinking: { type: "adaptive" }, output_config: { effort: "low" } },
    { reasoning: { effort: "low" } },
  ],
  ["no thought", { thinking: { type: "disabled" } }, {}],
  ["what has no effect", { metadata: { user_id: "u" }, service_tier: "auto", speed: "standard", container: null }, {}],
];
for (const [says, more, wanted] of read)
  test(`${says} is read`, () => assert.deepEqual(surface.read({ ...least, ...more }), { ...asked, ...wanted }));

const block = (content: object): JsonObject => ({ messages: [{ role: "user", content: [content] }] }) as JsonObject;

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [says: string, more: JsonObject, message: RegExp])[] = [
  ["a field that is none",        { api_base: "https://evil.example" },                              /Unknown field 'api_base'/],
  ["extra_body",                  { extra_body: { api_base: "x" } },                                 /Unknown field 'extra_body'/],
  ["a field of a message",        { messages: [{ role: "user", content: "hi", base_url: "x" }] },    /Unknown field 'messages\[0\]\.base_url'/],
  ["a field of a block",          block({ type: "text", text: "x", api_key: "k" }),                  /Unknown field 'messages\[0\]\.content\[0\]\.api_key'/],
  ["a field of a result's text",  block({ type: "tool_result", tool_use_id: "c", content: [{ type: "text", text: "x", url: "u" }] }), /Unknown field '.*content\[0\]\.content\[0\]\.url'/],
  ["a field of an image",         block({ type: "image", source: { type: "url", url: "https://x", headers: {} } }), /Unknown field '.*source\.headers'/],
  ["a field of a tool",           { tools: [{ name: "f", input_schema: {}, url: "x" }] },            /Unknown field 'tools\[0\]\.url'/],
  ["a field of what to think",    { thinking: { type: "enabled", budget_tokens: 1, x: 1 } },         /Unknown field 'thinking\.x'/],
  ["the provider's own tools",    { tools: [{ type: "bash_20250124", name: "bash" }] },              /'tools\[0\]\.type' is not supported: only tools of your own/],
  ["servers of tools",            { mcp_servers: [{ url: "https://evil.example" }] },                /'mcp_servers' is not supported/],
  ["a document",                  block({ type: "document", source: {} }),                           /type' must be one of: text, image, tool_result/],
  ["an image kept elsewhere",     block({ type: "image", source: { type: "file", file_id: "f" } }),  /source\.type' must be one of: base64, url/],
  ["an image of this machine",    block({ type: "image", source: { type: "url", url: "file:///etc/passwd" } }), /must begin with https:/],
  ["a call by the user",          block({ type: "tool_use", id: "c", name: "f", input: {} }),        /type' must be one of/],
  ["citations",                   block({ type: "text", text: "x", citations: [{}] }),               /citations' is not supported: models of this server cite nothing/],
  ["no bound",                    { max_tokens: null },                                              /'max_tokens' must be a whole number/],
  ["no message",                  { messages: [] },                                                  /'messages' must not be empty/],
  ["a faster answer",             { speed: "fast" },                                                 /'speed' is not supported: leave it out/],
  ["more effort than there is",   { output_config: { effort: "max" } },                              /'output_config\.effort' must be one of: low, medium, high/],
];
for (const [says, more, message] of refused)
  test(`${says} is refused by its name`, () => {
    assert.throws(
      () => surface.read({ ...least, ...more }),
      (thrown) => thrown instanceof Fault && thrown.code === "BAD_REQUEST" && message.test(thrown.message),
    );
  });
