import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { ModelRequest } from "../../request.ts";
import { generateContent as surface } from "./mod.ts";

const contents = [{ role: "user", parts: [{ text: "hi" }] }];
const user = { role: "user", parts: [{ type: "text", text: "hi" }] } as const;
const asked: ModelRequest = { messages: [user], tools: [], sampling: {}, stream: false };
const generation = (generationConfig: JsonObject): JsonObject => ({ generationConfig });
const calling = (functionCallingConfig: JsonObject): JsonObject => ({ toolConfig: { functionCallingConfig } });

const read: readonly (readonly [says: string, more: JsonObject, wanted: Partial<ModelRequest>])[] = [
  ["a text of no role", { contents: [{ parts: [{ text: "hi" }] }] }, {}],
  [
    "an instruction, an image and where another one is",
    {
      systemInstruction: { role: "user", parts: [{ text: "be brief" }] },
      contents: [
        {
          role: "user",
          parts: [
            { inlineData: { mimeType: "image/png", data: "AAAA" } },
            { fileData: { fileUri: "https://x.example/a.png" } },
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
            { type: "image", source: { kind: "data", media_type: "image/png", base64: "AAAA" } },
            { type: "image", source: { kind: "url", url: "https://x.example/a.png" } },
          ],
        },
      ],
    },
  ],
  [
    "calls of one function, answered in their order where they have no ids, and a failure",
    {
      contents: [
        ...contents,
        {
          role: "model",
          parts: [
            { functionCall: { name: "look", args: { at: 1 } }, thoughtSignature: "s" },
            { functionCall: { name: "look", args: { at: 2 } } },
            { functionCall: { id: "c", name: "ask" } },
          ],
        },
        {
          role: "user",
          parts: [
            { functionResponse: { name: "look", response: { output: 1 } } },
            { functionResponse: { name: "look", response: { output: 2 } } },
            { functionResponse: { id: "c", name: "ask", response: { error: "no" } } },
            { text: "and now?" },
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
            { type: "reasoning", text: "", signature: "s" },
            { type: "tool_call", id: "call_1", name: "look", arguments: '{"at":1}' },
            { type: "tool_call", id: "call_2", name: "look", arguments: '{"at":2}' },
            { type: "tool_call", id: "c", name: "ask", arguments: "{}" },
          ],
        },
        {
          role: "tool",
          parts: [
            { type: "tool_result", id: "call_1", parts: [{ type: "text", text: '{"output":1}' }], isError: false },
          ],
        },
        {
          role: "tool",
          parts: [
            { type: "tool_result", id: "call_2", parts: [{ type: "text", text: '{"output":2}' }], isError: false },
          ],
        },
        {
          role: "tool",
          parts: [{ type: "tool_result", id: "c", parts: [{ type: "text", text: '{"error":"no"}' }], isError: true }],
        },
        { role: "user", parts: [{ type: "text", text: "and now?" }] },
      ],
    },
  ],
  [
    "functions in Google's schema",
    {
      tools: [
        {
          functionDeclarations: [
            {
              name: "look",
              parameters: {
                type: "OBJECT",
                properties: {
                  at: { type: "STRING", nullable: true, maxLength: "9", example: "sea" },
                  all: { type: "ARRAY", items: { anyOf: [{ type: "INTEGER" }, { type: "BOOLEAN" }] } },
                },
                required: ["at"],
                propertyOrdering: ["at", "all"],
              },
            },
            { name: "ask" },
          ],
        },
      ],
    },
    {
      tools: [
        {
          name: "look",
          parameters: {
            type: "object",
            properties: {
              at: { type: ["string", "null"], maxLength: 9, examples: ["sea"] },
              all: { type: "array", items: { anyOf: [{ type: "integer" }, { type: "boolean" }] } },
            },
            required: ["at"],
          },
        },
        { name: "ask", parameters: {} },
      ],
    },
  ],
  ["any function", calling({ mode: "ANY" }), { tool_choice: "required" }],
  ["one function", calling({ mode: "ANY", allowedFunctionNames: ["look"] }), { tool_choice: { name: "look" } }],
  ["no function", calling({ mode: "NONE" }), { tool_choice: "none" }],
  ["several answers", generation({ candidateCount: 3 }), { sampling: { n: 3 } }],
  ["JSON", generation({ responseMimeType: "application/json" }), { response_format: { type: "json_object" } }],
  [
    "an answer in Google's schema",
    generation({ responseMimeType: "application/json", responseSchema: { type: "STRING", enum: ["a"] } }),
    { response_format: { type: "json_schema", name: "answer", schema: { type: "string", enum: ["a"] } } },
  ],
  ["thought at a level", generation({ thinkingConfig: { thinkingLevel: "LOW" } }), { reasoning: { effort: "low" } }],
  ["thought as the model sees fit", generation({ thinkingConfig: { thinkingBudget: -1 } }), { reasoning: {} }],
  [
    "what has no effect",
    { labels: { a: "b" }, safetySettings: [], ...generation({ responseModalities: ["TEXT"] }) },
    {},
  ],
];
for (const [says, more, wanted] of read)
  test(`${says} is read`, () => assert.deepEqual(surface.read({ contents, ...more }), { ...asked, ...wanted }));

const part = (one: object, role = "user"): JsonObject => ({ contents: [{ role, parts: [one] }] }) as JsonObject;

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [says: string, more: JsonObject, message: RegExp])[] = [
  ["a field that is none",        { api_base: "https://evil.example" },                        /Unknown field 'api_base'/],
  ["extra_body",                  { extra_body: { base_url: "x" } },                           /Unknown field 'extra_body'/],
  ["a field of a part",           part({ text: "x", url: "u" }),                               /Unknown field 'contents\[0\]\.parts\[0\]\.url'/],
  ["two things in one part",      part({ text: "x", inlineData: {} }),                         /Unknown field 'contents\[0\]\.parts\[0\]\.inlineData'/],
  ["a field of a call",           part({ functionCall: { name: "f", base_url: "x" } }, "model"), /Unknown field '.*functionCall\.base_url'/],
  ["a field of the generation",   generation({ apiKey: "k" }),                                 /Unknown field 'generationConfig\.apiKey'/],
  ["a field deep in a schema",    { tools: [{ functionDeclarations: [{ name: "f", parameters: { properties: { a: { $ref: "x" } } } }] }] }, /Unknown field '.*parameters\.properties\.a\.\$ref'/],
  ["a search",                    { tools: [{ googleSearch: {} }] },                           /'tools\[0\]\.googleSearch' is not supported/],
  ["code that runs elsewhere",    { tools: [{ codeExecution: {} }] },                          /'tools\[0\]\.codeExecution' is not supported/],
  ["guardrails of one's own",     { safetySettings: [{}] },                                    /'safetySettings' is not supported: guardrails are the endpoint's own/],
  ["what was kept elsewhere",     { cachedContent: "c" },                                      /'cachedContent' is not supported/],
  ["a field in the other case",   { system_instruction: {} },                                  /'system_instruction' is not supported: write 'systemInstruction'/],
  ["a sound",                     part({ inlineData: { mimeType: "audio/mp3", data: "AAAA" } }), /mimeType' must be an image's/],
  ["a file in a bucket",          part({ fileData: { fileUri: "gs://b/a.png" } }),             /must begin with https:/],
  ["a result of no call",         part({ functionResponse: { name: "f", response: {} } }),     /answers no call of 'f'/],
  ["an image by the model",       part({ inlineData: {} }, "model"),                           /must have one of: text, functionCall/],
  ["a choice of functions",       calling({ mode: "ANY", allowedFunctionNames: ["a", "b"] }),  /may have one name/],
  ["a picture as an answer",      generation({ responseModalities: ["IMAGE"] }),               /'generationConfig\.responseModalities' is not supported/],
  ["a schema of plain text",      generation({ responseJsonSchema: {} }),                      /'generationConfig\.responseMimeType' must be application\/json/],
  ["nothing asked",               { contents: [] },                                            /'contents' must not be empty/],
];
for (const [says, more, message] of refused)
  test(`${says} is refused by its name`, () => {
    assert.throws(
      () => surface.read({ contents, ...more }),
      (thrown) => thrown instanceof Fault && thrown.code === "BAD_REQUEST" && message.test(thrown.message),
    );
  });
