import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import type { GenerateContentResponse } from "@google/genai";
import fc from "fast-check";
import { jwtVerify } from "jose";
import { Fault } from "#wire/errors.ts";
import { wholeAnswer } from "../../../src/models/answer.ts";
import type { ProviderEgress } from "../../../src/models/providers/egress.ts";
import { vertexChat } from "../../../src/models/providers/vertex/model.ts";
import { generateContentBody } from "../../../src/models/providers/vertex/request.ts";
import { vertexTarget } from "../../../src/models/providers/vertex/settings.ts";
import {
  createGoogleTokens,
  GOOGLE_TOKEN_URL,
  type GoogleTokens,
} from "../../../src/models/providers/vertex/tokens.ts";
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

// Shapes after the types of the `@google/genai` package, 3.1; not recorded.

const GEMINI = "gemini-2.5-flash";
const settings = (more: object = {}) => ({
  google_cloud_vertex_ai_config: { project_id: "board-of-safety", region: "us-central1", ...more },
});
const keyed = (private_key: string) => ({ "google_cloud_vertex_ai_config.private_key": private_key });
const given: GoogleTokens = { get: async () => `ya29.${CANARY}`, forget: () => {} };
const modelBehind = (egress: ProviderEgress, model = GEMINI) =>
  vertexChat(egress, given, vertexTarget(settings(), keyed("-"), model));
const { signal } = new AbortController();

const usageMetadata = {
  promptTokenCount: 13,
  cachedContentTokenCount: 10,
  candidatesTokenCount: 5,
  thoughtsTokenCount: 2,
  totalTokenCount: 20,
};
const usage = { input_tokens: 13, output_tokens: 7, cached_tokens: 10, reasoning_tokens: 2 };
const base = { responseId: "r1", modelVersion: GEMINI };
type Shape = Partial<Record<keyof GenerateContentResponse, unknown>>;
const candidate = (parts: readonly object[], finishReason?: string, index = 0) => ({
  content: { role: "model", parts },
  ...(finishReason && { finishReason }),
  index,
});

test("an answer is events: thoughts, words, calls with ids that the protocol lacks, ends and counts", async () => {
  const body: Shape = {
    ...base,
    candidates: [
      candidate(
        [
          { text: "hm", thought: true },
          { text: "deep" },
          { executableCode: { code: "no" } },
          { functionCall: { name: "dive", args: { m: 4 } }, thoughtSignature: "czE=" },
          { functionCall: { id: "g2", name: "rise" } },
        ],
        "STOP",
      ),
      candidate([{ text: "no" }], "SAFETY", 1),
    ],
    usageMetadata,
  };
  const egress = egressThat(200, [JSON.stringify(body)]);
  assert.deepEqual(await eventsOf(modelBehind(egress), asked), [
    { type: "reasoning", choice: 0, text: "hm" },
    { type: "text", choice: 0, text: "deep" },
    { type: "reasoning", choice: 0, text: "", signature: "czE=" },
    { type: "tool_call", choice: 0, call: 0, id: "call_r1_0_0", name: "dive" },
    { type: "tool_arguments", choice: 0, call: 0, text: '{"m":4}' },
    { type: "tool_call", choice: 0, call: 1, id: "g2", name: "rise" },
    { type: "tool_arguments", choice: 0, call: 1, text: "{}" },
    { type: "finish", choice: 0, reason: "tool_calls" },
    { type: "text", choice: 1, text: "no" },
    { type: "finish", choice: 1, reason: "content_filter" },
    { type: "usage", usage },
  ]);
  const [call] = egress.calls;
  assert.equal(
    call?.url,
    "https://us-central1-aiplatform.googleapis.com/v1beta1/projects/board-of-safety/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent",
  );
  assert.equal(call?.headers.authorization, `Bearer ya29.${CANARY}`);
});

test("a stream is events wherever it is cut; kinds that are not known are passed over", async () => {
  const stream = dataEvents(
    { ...base, candidates: [candidate([{ text: "hm", thought: true }])], usageMetadata: { promptTokenCount: 13 } },
    { ...base, candidates: [candidate([{ text: "dé" }])] },
    { ...base, ofNextYear: 1 },
    { ...base, candidates: [candidate([{ text: "e" }], undefined, 1), candidate([{ ofNextYear: "no" }])] },
    { ...base, candidates: [candidate([{ functionCall: { name: "dive", args: { m: 4 } } }])] },
    {
      ...base,
      candidates: [candidate([{ text: "", thoughtSignature: "czE=" }], "MAX_TOKENS"), candidate([], "STOP", 1)],
      usageMetadata,
    },
  ).replaceAll("\n", "\r\n");
  const bytes = new TextEncoder().encode(stream);
  for (const length of [1, 2, 3, 7, 64, bytes.length]) {
    const egress = egressThat(200, [...cut(bytes, length)]);
    assert.deepEqual(await wholeAnswer(modelBehind(egress).answer({ ...asked, stream: true }, signal)), {
      choices: [
        {
          ...{ text: "dé", reasoning: "hm", signature: "czE=", refusal: "", finish: "length" },
          tool_calls: [{ id: "call_r1_0_0", name: "dive", arguments: '{"m":4}' }],
        },
        { text: "e", reasoning: "", refusal: "", finish: "stop", tool_calls: [] },
      ],
      usage,
    });
    assert.match(egress.calls[0]!.url, /:streamGenerateContent\?alt=sse$/);
  }
});

test("what Google's own client reads of our generateContent surface, this reads too", async () => {
  const body = {
    contents: [{ parts: [{ text: "hi" }] }],
    generationConfig: { thinkingConfig: { includeThoughts: true } },
  };
  await fc.assert(
    fc.asyncProperty(streams(3), async (events) => {
      const written = await sent(surfaces["generate-content"], body, each(events));
      const read = await wholeAnswer(
        modelBehind(egressThat(200, [written])).answer({ ...asked, stream: true }, signal),
      );
      const wanted = saidOf(await wholeAnswer(each(events)));
      // Text and refusal are parts of one kind here, and the protocol ends alike whether a function is called or not.
      const merged = wanted.map(({ refusal, text: words, finish, ...rest }) => ({
        ...{ ...rest, text: words + refusal, refusal: "" },
        finish: finish === "stop" || finish === "tool_calls" ? (rest.calls.length > 0 ? "tool_calls" : "stop") : finish,
      }));
      assert.deepEqual(saidOf(read), merged);
      // No thoughts are counted as none.
      assert.deepEqual({ reasoning_tokens: 0, ...read.usage }, (await wholeAnswer(each(events))).usage);
    }),
    { numRuns: 200 },
  );
});

test("each reason why it ended is told; a question that was refused is an answer that was filtered", async () => {
  for (const [reason, told] of [
    ["STOP", "stop"],
    ["MAX_TOKENS", "length"],
    ["SAFETY", "content_filter"],
    ["RECITATION", "content_filter"],
    ["BLOCKLIST", "content_filter"],
    ["PROHIBITED_CONTENT", "content_filter"],
    ["SPII", "content_filter"],
    ["MALFORMED_FUNCTION_CALL", "stop"],
    ["OF_NEXT_YEAR", "stop"],
  ] as const) {
    const egress = egressThat(200, [JSON.stringify({ candidates: [candidate([{ text: "x" }], reason)] })]);
    assert.deepEqual(
      (await eventsOf(modelBehind(egress), asked)).at(-1),
      { type: "finish", choice: 0, reason: told },
      reason,
    );
  }
  const blocked = JSON.stringify({
    promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
    usageMetadata: { promptTokenCount: 3 },
  });
  for (const stream of [false, true])
    assert.deepEqual(
      await eventsOf(modelBehind(egressThat(200, [stream ? `data: ${blocked}\n\n` : blocked])), { ...asked, stream }),
      [
        { type: "finish", choice: 0, reason: "content_filter" },
        { type: "usage", usage: { input_tokens: 3, output_tokens: 0 } },
      ],
    );
});

const word = { candidates: [candidate([{ text: "x" }])] };
const error = (code: unknown, status: string): object => ({ error: { code, message: `no, ${CANARY}`, status } });

// biome-ignore format: a table is read in columns
const failures: readonly (readonly [string, boolean, number, readonly Piece[], string, number | null, boolean])[] = [
  ["no JSON",                      false, 200, ["<html>"],                                            "BAD_GATEWAY", null, false],
  ["nothing",                      false, 200, ["{}"],                                                "BAD_GATEWAY", null, false],
  ["an answer without an end",     false, 200, [JSON.stringify(word)],                                "BAD_GATEWAY", null, false],
  ["a stream without an end",      true,  200, [dataEvents(word)],                                    "BAD_GATEWAY", null, true],
  ["a stream of nothing",          true,  200, [""],                                                  "BAD_GATEWAY", null, true],
  ["a stream of no JSON",          true,  200, ["data: {\n\n"],                                       "BAD_GATEWAY", null, true],
  ["a broken connection",          true,  200, [dataEvents(word), broken],                            "BAD_GATEWAY", null, true],
  ["a limit within a stream",      true,  200, [dataEvents(word, error(429, "RESOURCE_EXHAUSTED"))],  "RESOURCE_EXHAUSTED", 429, true],
  ["an error in a list",           true,  200, [`data: ${JSON.stringify([error(503, "UNAVAILABLE")])}\n\n`], "BAD_GATEWAY", 503, true],
  ["an error of no status",        true,  200, [dataEvents(error(CANARY, CANARY))],                   "BAD_GATEWAY", 500, true],
  ["a limit",                      false, 429, [JSON.stringify(error(429, "RESOURCE_EXHAUSTED"))],    "RESOURCE_EXHAUSTED", 429, false],
  ["a service that is not there",  true,  503, [JSON.stringify(error(503, "UNAVAILABLE"))],           "BAD_GATEWAY", 503, false],
  ["a request that is not taken",  false, 400, [JSON.stringify(error(400, "INVALID_ARGUMENT"))],      "BAD_REQUEST", 400, false],
];
for (const [says, isStream, http, pieces, code, status, isMidStream] of failures)
  test(`${says} is the provider's failure by its status, in no words of the provider's`, async () => {
    const failure = await failureOf(modelBehind(egressThat(http, pieces)), { ...asked, stream: isStream });
    assert.deepEqual([failure.fault.code, failure.status, failure.isMidStream], [code, status, isMidStream]);
  });

test("a body that our generateContent surface reads is written as it came", () => {
  const schema = { type: "object", properties: { at: { type: "integer" } } };
  const body = {
    systemInstruction: { parts: [{ text: "be brief" }] },
    contents: [
      {
        role: "user",
        parts: [
          { text: "what is this?" },
          { inlineData: { mimeType: "image/png", data: "AA==" } },
          { fileData: { mimeType: "image/png", fileUri: "https://a.example/b.png" } },
        ],
      },
      {
        role: "model",
        parts: [
          { text: "hm", thought: true, thoughtSignature: "czE=" },
          { functionCall: { name: "look", args: { at: 1 } }, thoughtSignature: "czI=" },
          { functionCall: { name: "hear", args: {} } },
        ],
      },
      {
        role: "user",
        parts: [
          { functionResponse: { name: "look", response: { seen: "a buoy" } } },
          { functionResponse: { name: "hear", response: { error: "no" } } },
          { text: "well?" },
        ],
      },
    ],
    tools: [
      {
        functionDeclarations: [{ name: "look", description: "looks", parametersJsonSchema: schema }, { name: "hear" }],
      },
    ],
    toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["look"] } },
    generationConfig: {
      ...{
        candidateCount: 2,
        maxOutputTokens: 9,
        temperature: 0.5,
        topP: 0.9,
        topK: 4,
        stopSequences: ["\n"],
        seed: 7,
      },
      ...{
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        responseMimeType: "application/json",
        responseJsonSchema: schema,
      },
      thinkingConfig: { includeThoughts: true, thinkingBudget: 99 },
    },
  };
  assert.deepEqual(generateContentBody(surfaces["generate-content"].read(body), "gemini-3-pro"), body);
});

test("a question of another protocol is written as this one has it", async () => {
  const egress = egressThat(200, [JSON.stringify({ candidates: [candidate([], "STOP")] })]);
  const call = (id: string) => ({ type: "tool_call", id, name: `look_${id}`, arguments: "" }) as const;
  const result = (id: string, words: string, isError: boolean) =>
    ({ role: "tool", parts: [{ type: "tool_result", id, parts: [text(words)], isError }] }) as const;
  await eventsOf(modelBehind(egress, "gemini-3-pro"), {
    messages: [
      { role: "system", parts: [text("be brief")] },
      { role: "user", parts: [text("hi")] },
      { role: "assistant", parts: [{ type: "reasoning", text: "unproven" }, call("a"), call("b")] },
      result("a", "a buoy", false),
      result("b", '{"x":1}', true),
    ],
    tools: [{ name: "look_a", parameters: {}, strict: true }],
    sampling: {},
    reasoning: { effort: "low" },
    stream: false,
  });
  assert.deepEqual(bodyOf(egress), {
    systemInstruction: { parts: [{ text: "be brief" }] },
    contents: [
      { role: "user", parts: [{ text: "hi" }] },
      {
        role: "model",
        parts: [
          { functionCall: { name: "look_a", args: {} }, thoughtSignature: "skip_thought_signature_validator" },
          { functionCall: { name: "look_b", args: {} } },
        ],
      },
      {
        role: "user",
        parts: [
          { functionResponse: { name: "look_a", response: { output: "a buoy" } } },
          { functionResponse: { name: "look_b", response: { error: '{"x":1}' } } },
        ],
      },
    ],
    tools: [{ functionDeclarations: [{ name: "look_a" }] }],
    toolConfig: { functionCallingConfig: { mode: "VALIDATED" } },
    generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: "LOW" } },
  });
});

test("a model before Gemini 3 thinks by a budget, and its calls need no proof", () => {
  const call = { type: "tool_call", id: "t", name: "look", arguments: "{}" } as const;
  const body = generateContentBody(
    { ...asked, messages: [{ role: "assistant", parts: [call] }], reasoning: { effort: "medium" } },
    GEMINI,
  );
  assert.deepEqual(body.generationConfig, { thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 } });
  assert.deepEqual(body.contents, [{ role: "model", parts: [{ functionCall: { name: "look", args: {} } }] }]);
});

test("what the protocol cannot say is refused by its name, and nothing is sent", async () => {
  const egress = egressThat(200, []);
  const image = { type: "image", source: { kind: "url", url: "https://a.example/b" } } as const;
  for (const [request, says] of [
    [{ parallel_tool_calls: false }, /'parallel_tool_calls'/],
    [{ messages: [{ role: "user", parts: [image] }] }, /'image'.*data: URL/],
    [
      { messages: [{ role: "tool", parts: [{ type: "tool_result", id: "t", parts: [image], isError: false }] }] },
      /tool's result/,
    ],
  ] as const)
    await assertUnasked(egress, modelBehind(egress), request, says);
});

test("settings that would ask another host, or another path, are refused by the field's name", () => {
  const refusal = (more: object, model = GEMINI): string => {
    try {
      return vertexTarget(settings(more), keyed("-"), model).url;
    } catch (thrown) {
      assert.ok(thrown instanceof Fault && thrown.code === "INVALID_PARAMETER_VALUE");
      return thrown.message;
    }
  };
  for (const region of [
    "evil.example/",
    "evil.example#",
    "us-central1.evil.example/",
    "us-central1@x",
    "",
    "us-central1:1",
    "us-central1\n",
    "US-CENTRAL1",
  ])
    assert.match(refusal({ region }), /region' must be/, region);
  for (const project_id of ["..", "a/../b", "ab", "board?x=", "board of safety", "a".repeat(40)])
    assert.match(refusal({ project_id }), /project_id' must be/, project_id);
  for (const model of ["..", "gemini-../x", "gemini-a?b", "claude-opus-5@1", "gemini-a:predict", "gemini-a#"])
    assert.match(refusal({}, model), /'name' must be/, model);
  for (const [region, host] of [
    ["global", "aiplatform.googleapis.com"],
    ["eu", "aiplatform.eu.rep.googleapis.com"],
    ["europe-west4", "europe-west4-aiplatform.googleapis.com"],
  ] as const)
    assert.equal(new URL(refusal({ region })).hostname, host);
});

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const keyFile = (more: object = {}): string =>
  JSON.stringify({
    type: "service_account",
    client_email: "ada@board-of-safety.iam.gserviceaccount.com",
    private_key_id: "k1",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    token_uri: "https://evil.example/token",
    ...more,
  });

test("a token is granted for an assertion of the service account's, at Google alone, and asked for anew before its end", async () => {
  let now_ms = Date.UTC(2026, 0, 2, 3, 4, 5);
  const clock = { now_ms: () => now_ms };
  const answer = (n: number): Simulated =>
    egressThat(200, [JSON.stringify({ access_token: `ya29.${n}`, expires_in: 3599, token_type: "Bearer" })]);
  const calls: Simulated["calls"] = [];
  const egress: ProviderEgress = {
    open: (url, options) => {
      calls.push({ ...options, url });
      return answer(calls.length).open(url, options);
    },
  };
  const tokens = createGoogleTokens({ egress, clock });
  assert.deepEqual(await Promise.all([tokens.get(keyFile()), tokens.get(keyFile())]), ["ya29.1", "ya29.1"]);
  now_ms += 3_200_000;
  assert.equal(await tokens.get(keyFile()), "ya29.1");
  now_ms += 100_000;
  assert.equal(await tokens.get(keyFile()), "ya29.2", "five minutes before its end");
  assert.equal(await tokens.get(keyFile({ client_email: "ben@x.example" })), "ya29.3", "another account has its own");
  tokens.forget(keyFile());
  assert.equal(await tokens.get(keyFile()), "ya29.4");
  assert.deepEqual(new Set(calls.map((one) => one.url)), new Set([GOOGLE_TOKEN_URL]));
  const form = new URLSearchParams(calls[0]!.body);
  assert.equal(form.get("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
  const currentDate = new Date(Date.UTC(2026, 0, 2, 3, 4, 6));
  const { payload, protectedHeader } = await jwtVerify(form.get("assertion")!, publicKey, {
    audience: "https://oauth2.googleapis.com/token",
    currentDate,
  });
  assert.deepEqual(
    [protectedHeader.alg, protectedHeader.kid, payload.iss],
    ["RS256", "k1", "ada@board-of-safety.iam.gserviceaccount.com"],
  );
  assert.deepEqual(
    [payload.scope, payload.exp! - payload.iat!],
    ["https://www.googleapis.com/auth/cloud-platform", 3600],
  );
});

test("a grant that is refused is the credential's fault, and is not remembered", async () => {
  const clock = { now_ms: () => 0 };
  const answers = [
    egressThat(400, [JSON.stringify({ error: "invalid_grant", error_description: CANARY })]),
    egressThat(200, ["{}"]),
    egressThat(500, []),
  ];
  let opened = 0;
  const egress: ProviderEgress = { open: (url, options) => answers[opened++]!.open(url, options) };
  const tokens = createGoogleTokens({ egress, clock });
  const model = vertexChat(egress, tokens, vertexTarget(settings(), keyed(keyFile()), GEMINI));
  const refused = await failureOf(model, asked);
  assert.deepEqual([refused.status, refused.fault.code], [401, "BAD_GATEWAY"]);
  assert.match(refused.fault.message, /credential/);
  assert.equal((await failureOf(model, asked)).status, null);
  assert.equal((await failureOf(model, asked)).status, 500);
  for (const file of ["no JSON", "{}", keyFile({ private_key: `-----BEGIN ${CANARY}` }), keyFile({ client_email: 1 })])
    await assert.rejects(tokens.get(file), (thrown) => {
      assert.ok(thrown instanceof Fault && thrown.code === "INVALID_STATE");
      assert.doesNotMatch(`${thrown.message} ${thrown.options.internal}`, new RegExp(CANARY));
      return true;
    });
  assert.equal(opened, 3);
});

test("a token that the model's door refuses is forgotten", async () => {
  const forgotten: string[] = [];
  const tokens: GoogleTokens = { get: async () => "t", forget: (file) => void forgotten.push(file) };
  for (const stream of [false, true]) {
    const model = vertexChat(egressThat(401, ["no"]), tokens, vertexTarget(settings(), keyed("file"), GEMINI));
    assert.equal((await failureOf(model, { ...asked, stream })).status, 401);
  }
  assert.deepEqual(forgotten, ["file", "file"]);
});
