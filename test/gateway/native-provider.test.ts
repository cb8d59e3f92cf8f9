import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type Behaviour, failing, saying } from "./provider.ts";
import { type GatewayWorld, gatewayWorld, KEY } from "./world.ts";

const messages = [{ role: "user", content: "hello" }];
const usage = { tokens: { input_tokens: 11, output_tokens: 7 } };

/** Answers as Cohere's Chat (v2), whole or in two pieces. Shapes after the types of the `cohere-ai` package, 8.1; not recorded. */
const chatting =
  (first: string, second: string): Behaviour =>
  ({ body }, response) => {
    const content = [{ type: "text", text: first + second }];
    const whole = { id: "c1", message: { role: "assistant", content }, finish_reason: "COMPLETE", usage };
    if (body.stream !== true) return void response.writeHead(200).end(JSON.stringify(whole));
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (event: object) => response.write(`data: ${JSON.stringify(event)}\n\n`);
    for (const text of [first, second])
      send({ type: "content-delta", index: 0, delta: { message: { content: { text } } } });
    send({ type: "message-end", delta: { finish_reason: "COMPLETE", usage } });
    response.end();
  };

/** Of the providers with protocols of their own, the one whose address may be configured. */
describe("a provider with a protocol of its own, behind an endpoint", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    const secret = "{{secrets/providers/openai}}";
    await world.serve("seed");
    const cohere_config = { cohere_api_base: world.first.base_url, cohere_api_key: secret };
    const openai_config = { openai_api_base: world.second.base_url, openai_api_key: secret };
    const task = "llm/v1/chat";
    const config = {
      served_entities: [
        { name: "native", external_model: { name: "command-a", provider: "cohere", task, cohere_config } },
        { name: "other", external_model: { name: "m", provider: "openai", task, openai_config } },
      ],
      traffic_config: {
        routes: [
          { served_entity_name: "native", traffic_percentage: 100 },
          { served_entity_name: "other", traffic_percentage: 0 },
        ],
      },
    };
    const ai_gateway = {
      fallback_config: { enabled: true },
      guardrails: { output: { pii: { behavior: "MASK" } } },
    };
    const made = await world.send("POST", "/api/2.0/serving-endpoints", { name: "native", config, ai_gateway });
    assert.equal(made.status, 200, made.text);
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (stream: boolean) => world.send("POST", "/serving-endpoints/native/invocations", { messages, stream });

  it("answers, whole and streamed, under the endpoint's guardrails, and is counted", async () => {
    world.first.behaviour = chatting("write to ada@bo", "ard.org now");
    const whole = await ask(false);
    const [choice] = whole.body.choices as JsonObject[];
    assert.doesNotMatch(whole.text, /ada@board/);
    assert.match(String((choice!.message as JsonObject).content), /^write to .+ now$/);
    assert.deepEqual((whole.body.usage as JsonObject).total_tokens, 18);
    const streamed = await ask(true);
    assert.equal(streamed.status, 200);
    assert.doesNotMatch(streamed.text, /ada@board/);
    assert.match(streamed.text, /write to/);
    const got = world.first.received.at(-1)!;
    assert.equal(got.path, "/v2/chat");
    assert.equal(got.headers.authorization, `Bearer ${KEY}`);
    assert.equal(got.body.model, "command-a");
    const rows = await world.rows(
      "SELECT input_token_count, output_token_count, request_streaming FROM system.serving.endpoint_usage u JOIN system.serving.served_entities s USING (served_entity_id) WHERE s.endpoint_name = 'native' ORDER BY request_streaming",
    );
    assert.deepEqual(rows, [
      ["11", "7", "false"],
      ["11", "7", "true"],
    ]);
  });

  it("gives way to the next model when it fails, and its key and words are told to nobody", async () => {
    world.second.behaviour = saying("from the other");
    for (const stream of [false, true]) {
      world.first.behaviour = failing(529);
      const told = await ask(stream);
      assert.equal(told.status, 200, told.text);
      assert.match(told.text, /from/);
      assert.doesNotMatch(told.text, new RegExp(KEY));
    }
    world.first.behaviour = failing(401);
    const refused = await ask(false);
    assert.equal(refused.status, 502);
    assert.match(String(refused.body.message), /refused the endpoint's credential/);
    assert.doesNotMatch(refused.text, new RegExp(KEY));
  });

  it("is shown with its secret by reference alone", async () => {
    const { text } = await world.send("GET", "/api/2.0/serving-endpoints/native", null);
    assert.match(text, /\{\{secrets\/providers\/openai\}\}/);
    assert.doesNotMatch(text, new RegExp(KEY));
  });

  it("is refused where it could never be asked, by the field's name", async () => {
    const bedrock = {
      aws_region: "us-east-1",
      bedrock_provider: "anthropic",
      aws_access_key_id_plaintext: "AKID",
      aws_secret_access_key_plaintext: "x",
    };
    const vertex = { project_id: "board-of-safety", region: "us-central1", private_key_plaintext: "{}" };
    for (const [provider, object, config, says] of [
      ["anthropic", "anthropic_config", {}, /'anthropic_config\.anthropic_api_key' is needed/],
      ["anthropic", "anthropic_config", { anthropic_api_key: "sk-1" }, /must be \{\{secrets/],
      ["amazon-bedrock", "amazon_bedrock_config", { ...bedrock, aws_region: "evil.example/#" }, /aws_region' must be/],
      [
        "amazon-bedrock",
        "amazon_bedrock_config",
        { ...bedrock, instance_profile_arn: "arn:aws:iam::1:x" },
        /no instance profile/,
      ],
      [
        "amazon-bedrock",
        "amazon_bedrock_config",
        { ...bedrock, aws_secret_access_key_plaintext: undefined },
        /aws_secret_access_key' is needed/,
      ],
      ["google-cloud-vertex-ai", "google_cloud_vertex_ai_config", { ...vertex, region: "x@evil" }, /region' must be/],
      ["google-cloud-vertex-ai", "google_cloud_vertex_ai_config", vertex, /'name' must be a Gemini model/],
      [
        "cohere",
        "cohere_config",
        { cohere_api_key_plaintext: "x", cohere_api_base: "ftp://x" },
        /cohere_api_base' must be/,
      ],
    ] as const) {
      const external_model = { name: "m", provider, task: "llm/v1/chat", [object]: config };
      const body = { name: "refused", config: { served_entities: [{ external_model }] } };
      const { status, body: told, text } = await world.send("POST", "/api/2.0/serving-endpoints", body);
      assert.equal(status, 400, text);
      assert.match(String(told.message), says);
    }
  });
});
