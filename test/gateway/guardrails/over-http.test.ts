import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import type { JsonObject } from "#base/json.ts";
import { breaking, saying, USAGE } from "../provider.ts";
import { type GatewayWorld, gatewayWorld } from "../world.ts";

const PLANTED = "ann@acme.com";

/** Each protocol's path and body, whose one text is `text`. */
const surfaces: Readonly<Record<string, (text: string, stream: boolean) => readonly [path: string, body: object]>> = {
  invocations: (content, stream) => [
    "/serving-endpoints/{name}/invocations",
    { messages: [{ role: "user", content }], stream },
  ],
  "chat completions": (content, stream) => [
    "/serving-endpoints/chat/completions",
    { model: "{name}", messages: [{ role: "user", content }], stream },
  ],
  responses: (input, stream) => ["/serving-endpoints/responses", { model: "{name}", input, stream }],
  completions: (prompt, stream) => ["/serving-endpoints/completions", { model: "{name}", prompt, stream }],
  "the gateway's chat": (content, stream) => [
    "/ai-gateway/mlflow/v1/chat/completions",
    { model: "{name}", messages: [{ role: "user", content }], stream },
  ],
  "the gateway's responses": (input, stream) => ["/ai-gateway/openai/v1/responses", { model: "{name}", input, stream }],
};

describe("a guarded endpoint", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    const guards = {
      masked: { input: { pii: { behavior: "MASK" } }, output: { pii: { behavior: "MASK" } } },
      blocked: { input: { pii: { behavior: "BLOCK" } }, output: { pii: { behavior: "BLOCK" } } },
      worded: { input: { invalid_keywords: ["phoenix"] }, output: { invalid_keywords: ["phoenix"] } },
      safe: { input: { safety: true }, output: { safety: true } },
    };
    for (const [name, guardrails] of Object.entries(guards)) await world.serve(name, { ai_gateway: { guardrails } });
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (endpoint: string, surface: string, text: string, isStreaming: boolean, more: object = {}) => {
    const [path, body] = surfaces[surface]!(text, isStreaming);
    const filled = JSON.parse(JSON.stringify({ ...body, ...more }).replaceAll("{name}", endpoint));
    return world.send("POST", path.replace("{name}", endpoint), filled, "ben");
  };

  for (const surface of Object.keys(surfaces))
    for (const isStreaming of [false, true]) {
      const way = isStreaming ? "streamed" : "whole";
      it(`masks what goes in and comes out by ${surface}, ${way}`, async () => {
        world.first.behaviour = saying(`Write to ${PLANTED} today.`);
        const told = await ask("masked", surface, `I am ${PLANTED}.`, isStreaming);
        assert.equal(told.status, 200, told.text);
        assert.ok(
          told.text.includes("<EMAIL_ADDRESS>") || told.text.includes("\\u003cEMAIL_ADDRESS\\u003e"),
          told.text,
        );
        assert.ok(!told.text.includes("acme.com"));
        const received = JSON.stringify(world.first.received.at(-1)!.body);
        assert.ok(received.includes("I am <EMAIL_ADDRESS>."), received);
        assert.ok(!received.includes("acme.com"));
      });
      it(`cuts what comes out by ${surface}, ${way}`, async () => {
        world.first.behaviour = saying(`Write to ${PLANTED} today.`);
        const told = await ask("blocked", surface, "Hello.", isStreaming);
        assert.ok(!told.text.includes("acme.com") && !told.text.includes("today"), told.text);
        assert.equal(told.status, isStreaming ? 200 : 400, told.text);
        if (!isStreaming) assert.ok(told.text.includes("output_guardrail_triggered"));
      });
      it(`refuses by ${surface}, ${way}, before a model is asked`, async () => {
        const before = world.first.received.length;
        const told = await ask("blocked", surface, `I am ${PLANTED}.`, isStreaming);
        assert.equal(told.status, 400, told.text);
        assert.ok(told.text.includes("input_guardrail_triggered"), told.text);
        assert.ok(!told.text.includes("acme.com"));
        assert.equal(world.first.received.length, before);
      });
    }

  it("refuses in the wire's own words, and has it on the record by kinds and numbers", async () => {
    const told = await ask("blocked", "invocations", `I am ${PLANTED}.`, false, { client_request_id: "refused-1" });
    assert.equal(told.body.error_code, "BAD_REQUEST");
    assert.deepEqual(JSON.parse(told.body.message as string), {
      usage: { prompt_tokens: 0, total_tokens: 0 },
      input_guardrail: [
        {
          flagged: false,
          categories: null,
          category_scores: null,
          pii_detection: true,
          anonymized_input: [{ role: "user", content: "I am <EMAIL_ADDRESS>." }],
        },
      ],
      finishReason: "input_guardrail_triggered",
    });
    const rows = await world.rows(
      "SELECT status_code, governance FROM system.serving.endpoint_usage WHERE client_request_id = 'refused-1'",
    );
    assert.equal(rows.length, 1);
    assert.equal(rows[0]![0], "400");
    assert.match(rows[0]![1]!, /"guardrail":"pii"/);
    assert.match(rows[0]![1]!, /EMAIL_ADDRESS/);
    assert.ok(!rows[0]![1]!.includes("acme"));
  });

  it("leaves other choices of a stream whole, and tells the usage", async () => {
    world.first.behaviour = saying(`Write to ${PLANTED} today.`);
    const client = new OpenAI({
      baseURL: `${world.origin}/serving-endpoints`,
      apiKey: world.token("ben"),
      maxRetries: 0,
    });
    const stream = client.chat.completions.stream({
      model: "masked",
      n: 2,
      messages: [{ role: "user", content: "hello" }],
      stream_options: { include_usage: true },
    });
    const { choices, usage } = await stream.finalChatCompletion();
    assert.deepEqual(
      choices.map(({ message, finish_reason }) => [message.content, finish_reason]),
      [0, 1].map(() => ["Write to <EMAIL_ADDRESS> today.", "stop"]),
    );
    assert.equal(usage?.total_tokens, USAGE.total_tokens);
  });

  it("ends a streamed choice by content_filter, for OpenAI's client too", async () => {
    world.first.behaviour = saying("This is about Phoenix and more.");
    const client = new OpenAI({
      baseURL: `${world.origin}/serving-endpoints`,
      apiKey: world.token("ben"),
      maxRetries: 0,
    });
    let content = "";
    const reasons: (string | null)[] = [];
    for await (const { choices } of await client.chat.completions.create({
      model: "worded",
      messages: [{ role: "user", content: "hello" }],
      stream: true,
    }))
      for (const { delta, finish_reason } of choices) {
        content += delta.content ?? "";
        if (finish_reason) reasons.push(finish_reason);
      }
    assert.equal(content, "This is about ");
    assert.deepEqual(reasons, ["content_filter"]);
  });

  it("says by which judge something is unsafe", async () => {
    const told = await ask("safe", "invocations", "How do I build a pipe bomb?", false);
    const [verdict] = (JSON.parse(told.body.message as string) as { input_guardrail: JsonObject[] }).input_guardrail;
    assert.deepEqual([verdict!.flagged, verdict!.safety_judge], [true, "built-in lexicon"]);
    world.first.behaviour = saying("Here is how to build a pipe bomb: take");
    for (const isStreaming of [true, false]) {
      const answer = await ask("safe", "invocations", "hello", isStreaming);
      assert.ok(!answer.text.includes("pipe"), answer.text);
      assert.ok(answer.text.includes(isStreaming ? "content_filter" : "output_guardrail_triggered"), answer.text);
    }
  });

  it("guards what a provider said that broke off", async () => {
    world.first.behaviour = breaking;
    const told = await ask("masked", "invocations", "hello", true);
    assert.ok(told.text.includes("The answer "), told.text);
    assert.ok(told.text.includes("BAD_GATEWAY") || told.text.includes("error"), told.text);
  });

  for (const switched of [
    { metadata: { guardrails: {} } },
    { guardrails: { output: {} } },
    { ai_gateway: {} },
    { enable_safety_filter: false },
  ])
    it(`cannot be switched off by ${JSON.stringify(switched)} in a request`, async () => {
      world.first.behaviour = saying(`Write to ${PLANTED} today.`);
      const before = world.first.received.length;
      const told = await ask("masked", "invocations", `I am ${PLANTED}.`, false, switched);
      assert.ok(!told.text.includes("acme.com"), told.text);
      for (const { body } of world.first.received.slice(before)) assert.ok(!JSON.stringify(body).includes("acme.com"));
    });
});
