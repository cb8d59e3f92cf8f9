import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { ApiError, type Candidate, type GenerateContentResponse, GoogleGenAI } from "@google/genai";
import fc from "fast-check";
import type { JsonObject } from "#base/json.ts";
import { wholeAnswer } from "../../src/models/answer.ts";
import { surfaces } from "../../src/models/surfaces/mod.ts";
import { each, frameOf, saidOf, sent, streams } from "./answers.ts";

const surface = surfaces["generate-content"];
const body = {
  contents: [{ role: "user", parts: [{ text: "hi" }] }],
  generationConfig: { thinkingConfig: { includeThoughts: true } },
};

/** What the server answers next, and what it was asked last. */
let next: string | JsonObject = "";
let bodyAsked: JsonObject = {};
const server = createServer(async (request, response) => {
  const text = (await Array.fromAsync(request as AsyncIterable<Buffer>)).join("");
  bodyAsked = JSON.parse(text) as JsonObject;
  const isStream = typeof next === "string";
  response.setHeader("content-type", isStream ? "text/event-stream" : "application/json");
  response.end(isStream ? next : JSON.stringify(next));
});
let client: GoogleGenAI;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  client = new GoogleGenAI({ apiKey: "k", httpOptions: { baseUrl: `http://127.0.0.1:${port}` } });
});
after(() => server.close());

const asked = { model: "m", contents: "hi" };

interface Folded {
  text: string;
  thought: string;
  readonly calls: unknown[];
  finish: string | undefined;
}

/** Puts the parts of one more candidate to those that came before. */
function fold(candidates: readonly Candidate[], into: Folded[]): void {
  for (const { content, finishReason, index = 0 } of candidates) {
    into[index] ??= { text: "", thought: "", calls: [], finish: undefined };
    const one = into[index];
    for (const part of content?.parts ?? []) {
      if (part.functionCall) {
        const { id, name, args } = part.functionCall;
        one.calls.push({ id, name, arguments: args });
      } else one[part.thought ? "thought" : "text"] += part.text ?? "";
    }
    one.finish = finishReason ?? one.finish;
  }
}

const countsOf = ({ usageMetadata }: GenerateContentResponse): unknown => JSON.parse(JSON.stringify(usageMetadata));

test("Google's own client reads of a stream what the answer is whole, for every candidate", async () => {
  await fc.assert(
    fc.asyncProperty(streams(3), async (events) => {
      const answer = await wholeAnswer(each(events));
      next = await sent(surface, body, each(events));
      const streamed: Folded[] = [];
      let counts: unknown;
      for await (const chunk of await client.models.generateContentStream(asked)) {
        fold(chunk.candidates ?? [], streamed);
        if (chunk.usageMetadata) counts = countsOf(chunk);
      }
      next = surface.whole(answer, frameOf(surface, body));
      const response = await client.models.generateContent(asked);
      const whole: Folded[] = [];
      fold(response.candidates ?? [], whole);
      assert.deepEqual(streamed, whole);
      assert.deepEqual(counts, countsOf(response));
      const reasons = { stop: "STOP", length: "MAX_TOKENS", tool_calls: "STOP", content_filter: "SAFETY" } as const;
      assert.deepEqual(
        whole,
        saidOf(answer).map(({ text, refusal, thought, calls, finish }) => ({
          text: text + refusal,
          thought,
          calls,
          finish: reasons[finish as keyof typeof reasons],
        })),
      );
    }),
    { numRuns: 60 },
  );
});

test("a call with arguments that are no JSON object has them as one text, since the protocol has objects alone", async () => {
  const events = [
    { type: "tool_call", choice: 0, call: 0, id: "c", name: "look" },
    { type: "tool_arguments", choice: 0, call: 0, text: "a buoy" },
    { type: "finish", choice: 0, reason: "tool_calls" },
  ] as const;
  const called = { id: "c", name: "look", args: { INVALID_JSON: "a buoy" } };
  next = await sent(surface, body, each(events));
  const streamed = await Array.fromAsync(await client.models.generateContentStream(asked));
  assert.deepEqual(
    streamed.flatMap((one) => one.functionCalls ?? []),
    [called],
  );
  next = surface.whole(await wholeAnswer(each(events)), frameOf(surface, body));
  assert.deepEqual((await client.models.generateContent(asked)).functionCalls, [called]);
});

test("an error amid a stream reaches Google's client as an error", async () => {
  const begun = await sent(surface, body, each([{ type: "text", choice: 0, text: "a" }]));
  next = begun + surface.failure({ code: "TEMPORARILY_UNAVAILABLE", message: "Try later.", http: 503 });
  const read = Array.fromAsync(await client.models.generateContentStream(asked));
  await assert.rejects(read, (thrown) => thrown instanceof ApiError && thrown.status === 503);
});

test("what Google's client sends is read, in all that the protocol has", async () => {
  next = surface.whole({ choices: [] }, frameOf(surface, body));
  await client.models.generateContent({
    model: "m",
    contents: [
      { role: "user", parts: [{ text: "see" }, { inlineData: { mimeType: "image/png", data: "AAAA" } }] },
      {
        role: "model",
        parts: [
          { text: "hm", thought: true, thoughtSignature: "c2ln" },
          { functionCall: { name: "look", args: { at: 1 } } },
        ],
      },
      { role: "user", parts: [{ functionResponse: { name: "look", response: { output: "a buoy" } } }] },
    ],
    config: {
      systemInstruction: "be brief",
      candidateCount: 2,
      maxOutputTokens: 7,
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      stopSequences: ["x"],
      seed: 4,
      presencePenalty: 1,
      frequencyPenalty: -1,
      thinkingConfig: { includeThoughts: true, thinkingBudget: 100 },
      responseMimeType: "application/json",
      responseJsonSchema: { type: "object" },
      tools: [
        { functionDeclarations: [{ name: "look", description: "looks", parametersJsonSchema: { type: "object" } }] },
      ],
    },
  });
  assert.deepEqual(surface.read(bodyAsked), {
    messages: [
      { role: "system", parts: [{ type: "text", text: "be brief" }] },
      {
        role: "user",
        parts: [
          { type: "text", text: "see" },
          { type: "image", source: { kind: "data", media_type: "image/png", base64: "AAAA" } },
        ],
      },
      {
        role: "assistant",
        parts: [
          { type: "reasoning", text: "hm", signature: "c2ln" },
          { type: "tool_call", id: "call_1", name: "look", arguments: '{"at":1}' },
        ],
      },
      {
        role: "tool",
        parts: [
          { type: "tool_result", id: "call_1", parts: [{ type: "text", text: '{"output":"a buoy"}' }], isError: false },
        ],
      },
    ],
    tools: [{ name: "look", description: "looks", parameters: { type: "object" } }],
    sampling: {
      n: 2,
      max_tokens: 7,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 3,
      stop: ["x"],
      seed: 4,
      presence_penalty: 1,
      frequency_penalty: -1,
    },
    response_format: { type: "json_schema", name: "answer", schema: { type: "object" } },
    reasoning: { budget_tokens: 100 },
    stream: false,
  });
});
