import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#wire/errors.ts";
import { wholeAnswer } from "../../../src/models/answer.ts";
import { bedrockChat } from "../../../src/models/providers/bedrock/model.ts";
import { converseBody } from "../../../src/models/providers/bedrock/request.ts";
import { bedrockTarget } from "../../../src/models/providers/bedrock/settings.ts";
import { signed } from "../../../src/models/providers/bedrock/sign.ts";
import { event, exception, frame } from "./frames.ts";
import {
  asked,
  assertUnasked,
  bodyOf,
  broken,
  CANARY,
  cut,
  egressThat,
  eventsOf,
  failureOf,
  type Piece,
  type Simulated,
  text,
} from "./simulated.ts";

// Shapes after the types of the `@aws-sdk/client-bedrock-runtime` package, 3.1164; not recorded.

const CLAUDE = "anthropic.claude-3-haiku-20240307-v1:0";
const settings = (more: object = {}) => ({
  amazon_bedrock_config: { aws_region: "us-east-1", bedrock_provider: "Anthropic", ...more },
});
const keys = {
  "amazon_bedrock_config.aws_access_key_id": "AKIDEXAMPLE",
  "amazon_bedrock_config.aws_secret_access_key": CANARY,
};
const clock = { now_ms: () => Date.UTC(2026, 0, 2, 3, 4, 5) };
const modelBehind = (egress: Simulated, model = CLAUDE, more: object = {}) =>
  bedrockChat(egress, clock, bedrockTarget(settings(more), keys, model));
const { signal } = new AbortController();

test("a call is signed as AWS's own library signs it", async () => {
  // Signatures by botocore, for these keys of AWS's documentation.
  const key = { key_id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
  const arn = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/x";
  for (const [region, model, verb, signature] of [
    ["us-east-1", CLAUDE, "converse", "663ddd65b03a7249602e254d0d0856b7152231c05065b092f35374d151c4c98f"],
    ["eu-central-1", arn, "converse-stream", "050cdc4d4c539c11484cfc3ee75c196e31ed9137f005ec5a200012e0ecab0736"],
  ] as const) {
    const { path } = bedrockTarget(settings({ aws_region: region }), keys, model);
    const call = await signed({ region, ...key }, `${path}/${verb}`, '{"messages":[]}', clock.now_ms());
    assert.equal(
      call.headers.authorization,
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/${region}/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=${signature}`,
    );
    assert.equal(call.url, `https://bedrock-runtime.${region}.amazonaws.com${path}/${verb}`);
  }
});

const usage = { inputTokens: 3, outputTokens: 7, totalTokens: 25, cacheReadInputTokens: 10, cacheWriteInputTokens: 5 };
const counted = { type: "usage", usage: { input_tokens: 18, output_tokens: 7, cached_tokens: 10 } };

test("an answer is events: thoughts with their proof, words, calls, end and counts with the cache's", async () => {
  const content = [
    { reasoningContent: { reasoningText: { text: "hm", signature: "s1" } } },
    { reasoningContent: { redactedContent: "eHg=" } },
    { text: "deep" },
    { toolUse: { toolUseId: "t1", name: "dive", input: { m: 4 } } },
    { ofNextYear: { text: "no" } },
    { toolUse: { toolUseId: "t2", name: "rise", input: {} } },
  ];
  const body = { output: { message: { role: "assistant", content } }, stopReason: "tool_use", usage, metrics: {} };
  const egress = egressThat(200, [JSON.stringify(body)]);
  assert.deepEqual(await eventsOf(modelBehind(egress), asked), [
    { type: "reasoning", choice: 0, text: "hm", signature: "s1" },
    { type: "text", choice: 0, text: "deep" },
    { type: "tool_call", choice: 0, call: 0, id: "t1", name: "dive" },
    { type: "tool_arguments", choice: 0, call: 0, text: '{"m":4}' },
    { type: "tool_call", choice: 0, call: 1, id: "t2", name: "rise" },
    { type: "tool_arguments", choice: 0, call: 1, text: "{}" },
    { type: "finish", choice: 0, reason: "tool_calls" },
    counted,
  ]);
  const [call] = egress.calls;
  assert.equal(
    call?.url,
    `https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse`,
  );
  assert.doesNotMatch(JSON.stringify(call), new RegExp(CANARY), "the secret signs, and is not sent");
});

const started = event("messageStart", { role: "assistant" });
const word = event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "x" } });
const stopped = event("messageStop", { stopReason: "max_tokens" });

test("a stream is events wherever it is cut; kinds that are not known are passed over, and half a call stays half", async () => {
  const delta = (contentBlockIndex: number, one: object) =>
    event("contentBlockDelta", { contentBlockIndex, delta: one });
  const bytes = Buffer.concat([
    started,
    delta(0, { reasoningContent: { text: "hm" } }),
    delta(0, { reasoningContent: { signature: "s1" } }),
    delta(0, { reasoningContent: { redactedContent: "eHg=" } }),
    event("contentBlockStop", { contentBlockIndex: 0 }),
    delta(1, { text: "dé" }),
    event("ofNextYear", { text: "no" }),
    delta(1, { ofNextYear: "no" }),
    delta(1, { text: "ep" }),
    event("contentBlockStart", { contentBlockIndex: 2, start: { toolUse: { toolUseId: "t1", name: "dive" } } }),
    delta(2, { toolUse: { input: '{"m":' } }),
    delta(2, { toolUse: { input: "4" } }),
    delta(7, { toolUse: { input: "of no call" } }),
    stopped,
    event("metadata", { usage, metrics: { latencyMs: 1 } }),
  ]);
  for (const length of [1, 2, 3, 7, 64, bytes.length]) {
    const model = modelBehind(egressThat(200, [...cut(bytes, length)]));
    assert.deepEqual(await wholeAnswer(model.answer({ ...asked, stream: true }, signal)), {
      choices: [
        {
          ...{ text: "déep", reasoning: "hm", signature: "s1", refusal: "", finish: "length" },
          tool_calls: [{ id: "t1", name: "dive", arguments: '{"m":4' }],
        },
      ],
      usage: counted.usage,
    });
  }
});

test("an empty frame is read as AWS's own tests have it", () => {
  // Source: aws-c-event-stream, tests/messages_with_no_headers; the bytes are the encoding's smallest frame.
  assert.equal(Buffer.from(frame({}, "")).toString("hex"), "000000100000000005c248eb7d98c8ff");
});

const damaged = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
const long = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff]), started]);
const fault = (name: string): [string, Record<string, string>] => [
  JSON.stringify({ message: `no, ${CANARY}` }),
  { "x-amzn-errortype": `${name}:http://internal.amazon.com/` },
];

// biome-ignore format: a table is read in columns
const failures: readonly (readonly [string, readonly Piece[], string, number | null])[] = [
  ["a stream without an end",          [started, word],                                            "BAD_GATEWAY", null],
  ["half a frame",                     [started, word, stopped.subarray(0, 20)],                   "BAD_GATEWAY", null],
  ["a broken connection",              [started, word, broken],                                    "BAD_GATEWAY", null],
  ["a prelude that is damaged",        [started, damaged(word, 9)],                                "BAD_GATEWAY", null],
  ["data that is damaged",             [started, damaged(word, word.length - 8)],                  "BAD_GATEWAY", null],
  ["a frame that says it is too long", [long],                                                     "BAD_GATEWAY", null],
  ["a frame that says it is nothing",  [new Uint8Array(16)],                                       "BAD_GATEWAY", null],
  ["a frame of no JSON",               [started, frame({ ":message-type": "event", ":event-type": "messageStop" }, "{")], "BAD_GATEWAY", null],
  ["server-sent events",               ["data: {}\n\n"],                                           "BAD_GATEWAY", null],
  ["throttling within a stream",       [started, exception("throttlingException", CANARY)],        "RESOURCE_EXHAUSTED", 429],
  ["an error of the model's",          [started, word, exception("modelStreamErrorException", CANARY)], "BAD_GATEWAY", 500],
  ["a service that is not there",      [started, exception("serviceUnavailableException", CANARY)], "BAD_GATEWAY", 503],
  ["what is not taken within a stream",[exception("validationException", CANARY)],                 "BAD_REQUEST", 400],
  ["an exception of next year",        [exception(CANARY, CANARY)],                                "BAD_GATEWAY", 500],
  ["an error that is no exception",    [frame({ ":message-type": "error", ":error-code": CANARY, ":error-message": CANARY }, "")], "BAD_GATEWAY", 500],
];
for (const [says, pieces, code, status] of failures)
  test(`${says} is the provider's failure by its status, in no words of the provider's`, async () => {
    const failure = await failureOf(modelBehind(egressThat(200, pieces)), { ...asked, stream: true });
    assert.deepEqual([failure.fault.code, failure.status, failure.isMidStream], [code, status, true]);
  });

test("a refusal is told by its status and its kind, in no words of the provider's", async () => {
  for (const [status, name, code, told] of [
    [429, "ThrottlingException", "RESOURCE_EXHAUSTED", 429],
    [503, "ServiceUnavailableException", "BAD_GATEWAY", 503],
    [403, "AccessDeniedException", "BAD_GATEWAY", 403],
    [408, "ModelTimeoutException", "BAD_GATEWAY", 504],
    [424, "ModelErrorException", "BAD_GATEWAY", 502],
    [400, "ValidationException", "BAD_REQUEST", 400],
  ] as const) {
    const [body, headers] = fault(name);
    const failure = await failureOf(modelBehind(egressThat(status, [body], headers)), asked);
    assert.deepEqual(
      [failure.status, failure.fault.code, failure.fault.options.internal],
      [told, code, `the provider answered ${told}: ${name}`],
    );
  }
  await failureOf(modelBehind(egressThat(200, ["{}"])), asked);
});

test("a question is written as the protocol has it", async () => {
  const body = { output: { message: { role: "assistant", content: [] } }, stopReason: "end_turn", usage };
  const egress = egressThat(200, [JSON.stringify(body)]);
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
          { type: "reasoning", text: "hm", signature: "s1" },
          { type: "reasoning", text: "unproven" },
          { type: "tool_call", id: "t1", name: "look", arguments: '{"at":1}' },
          { type: "tool_call", id: "t2", name: "look", arguments: "" },
        ],
      },
      { role: "tool", parts: [{ type: "tool_result", id: "t1", parts: [text("a buoy")], isError: false }] },
      { role: "tool", parts: [{ type: "tool_result", id: "t2", parts: [text("no")], isError: true }] },
      { role: "user", parts: [text("well?")] },
    ],
    tools: [{ name: "look", description: "looks", parameters: { properties: {} } }],
    tool_choice: { name: "look" },
    sampling: { max_tokens: 9, temperature: 0.5, top_p: 0.9, top_k: 4, stop: ["\n"], n: 1 },
    response_format: { type: "json_schema", name: "buoy", schema: { type: "object" } },
    stream: false,
  });
  assert.deepEqual(bodyOf(egress), {
    system: [{ text: "be brief" }],
    messages: [
      { role: "user", content: [{ text: "what is this?" }, { image: { format: "png", source: { bytes: "AA==" } } }] },
      {
        role: "assistant",
        content: [
          { reasoningContent: { reasoningText: { text: "hm", signature: "s1" } } },
          { toolUse: { toolUseId: "t1", name: "look", input: { at: 1 } } },
          { toolUse: { toolUseId: "t2", name: "look", input: {} } },
        ],
      },
      {
        role: "user",
        content: [
          { toolResult: { toolUseId: "t1", content: [{ text: "a buoy" }] } },
          { toolResult: { toolUseId: "t2", content: [{ text: "no" }], status: "error" } },
          { text: "well?" },
        ],
      },
    ],
    inferenceConfig: { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ["\n"] },
    toolConfig: {
      tools: [
        { toolSpec: { name: "look", description: "looks", inputSchema: { json: { type: "object", properties: {} } } } },
      ],
      toolChoice: { tool: { name: "look" } },
    },
    additionalModelRequestFields: { top_k: 4 },
    outputConfig: {
      textFormat: { type: "json_schema", structure: { jsonSchema: { name: "buoy", schema: '{"type":"object"}' } } },
    },
  });
});

test("a Claude model is asked to think as it takes it, and tools are left out where none may be called", () => {
  const body = (model: string, more: object = {}) =>
    converseBody({ ...asked, ...more }, { provider: "anthropic", model });
  const tools = [{ name: "look", parameters: {} }];
  const budget = body("us.anthropic.claude-sonnet-4-20250514-v1:0", { reasoning: { budget_tokens: 2000 } });
  assert.deepEqual(budget.inferenceConfig, { maxTokens: 6096 });
  assert.deepEqual(budget.additionalModelRequestFields, { thinking: { type: "enabled", budget_tokens: 2000 } });
  const effort = body("anthropic.claude-opus-4-6-v1", { reasoning: { effort: "high" } });
  assert.deepEqual(
    [effort.additionalModelRequestFields, effort.outputConfig],
    [{ thinking: { type: "adaptive", display: "summarized" } }, { effort: "high" }],
  );
  assert.deepEqual(Object.keys(body(CLAUDE, { tools, tool_choice: "none" })), ["messages"]);
  for (const [choice, made] of [
    ["auto", { auto: {} }],
    ["required", { any: {} }],
  ] as const)
    assert.deepEqual(
      (body(CLAUDE, { tools, tool_choice: choice }).toolConfig as { toolChoice: object }).toolChoice,
      made,
    );
});

test("what the protocol cannot say is refused by its name, and nothing is sent", async () => {
  const egress = egressThat(200, []);
  const call = { type: "tool_call", id: "t", name: "look", arguments: "{}" } as const;
  const image = (source: object) => ({ messages: [{ role: "user", parts: [{ type: "image", source }] }] }) as never;
  for (const [model, request, says] of [
    [CLAUDE, { sampling: { n: 2 } }, /'n' is not supported/],
    [CLAUDE, { sampling: { seed: 1 } }, /'seed'/],
    [CLAUDE, { parallel_tool_calls: false }, /'parallel_tool_calls'/],
    [CLAUDE, { response_format: { type: "json_object" } }, /json_schema/],
    [CLAUDE, image({ kind: "url", url: "https://a.example/b.png" }), /data: URL/],
    [CLAUDE, image({ kind: "data", media_type: "image/tiff", base64: "AA==" }), /image\/png/],
    [
      CLAUDE,
      {
        messages: [{ role: "assistant", parts: [call] }],
        tools: [{ name: "look", parameters: {} }],
        tool_choice: "none",
      },
      /'tool_choice'/,
    ],
    ["amazon.nova-lite-v1:0", { sampling: { top_k: 4 } }, /'top_k'/],
    ["amazon.nova-lite-v1:0", { reasoning: { effort: "low" } }, /'reasoning_effort'/],
  ] as const)
    await assertUnasked(
      egress,
      modelBehind(egress, model, model === CLAUDE ? {} : { bedrock_provider: "amazon" }),
      request,
      says,
    );
});

test("settings that would ask another host, or another path, are refused by the field's name", () => {
  const refusal = (more: object, model = CLAUDE): string => {
    try {
      bedrockTarget(settings(more), keys, model);
    } catch (thrown) {
      assert.ok(thrown instanceof Fault && thrown.code === "INVALID_PARAMETER_VALUE");
      return thrown.message;
    }
    return "taken";
  };
  for (const aws_region of [
    "us-east-1.evil.example#",
    "evil.example/",
    "us-east-1@evil",
    "us-east-1:443",
    "",
    "US-EAST-1",
    "us-east-1\n",
    "localhost",
    "cn-north-1",
  ])
    assert.match(refusal({ aws_region }), /aws_region' must be/, aws_region);
  for (const aws_region of ["us-east-1", "us-gov-west-1", "ap-southeast-2", "il-central-1", "mx-central-1"])
    assert.equal(refusal({ aws_region }), "taken");
  for (const model of ["..", ".", "../x", "a?b", "a#b", "a\\b", "a b", "a%2e", "a\r\nhost: x"])
    assert.match(refusal({}, model), /'name' must be/, model);
  assert.match(refusal({ instance_profile_arn: "arn:aws:iam::1:instance-profile/x" }), /has no instance profile/);
  assert.match(refusal({ bedrock_provider: "openai" }), /bedrock_provider' must be one of/);
});
