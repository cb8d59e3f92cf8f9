import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import type { JsonObject } from "#base/json.ts";
import { embedding, failing } from "./provider.ts";
import { type GatewayWorld, gatewayWorld, KEY, type Person } from "./world.ts";

const SSN = "536-90-4399";
const MAIL = "rosa.diaz@board.example";
const input = (more: object) => ({ guardrails: { input: more } });

describe("texts for an embedding model", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    const task = "llm/v1/embeddings";
    const providers = [world.first, world.second];
    await world.serve("alone", { task });
    await world.serve("safe", { task, providers, ai_gateway: { fallback_config: { enabled: true } } });
    await world.serve("split", { task, providers, percentages: [50, 50] });
    await world.serve("limited", { task, ai_gateway: { rate_limits: [{ tokens: 20, renewal_period: "hour" }] } });
    await world.serve("masked", { task, ai_gateway: input({ pii: { behavior: "MASK" } }) });
    await world.serve("blocked", { task, ai_gateway: input({ pii: { behavior: "BLOCK" } }) });
    await world.serve("worded", { task, ai_gateway: input({ invalid_keywords: ["kraken"] }) });
    await world.serve("judged", { task, ai_gateway: input({ safety: true }) });
    const served_entities = [{ entity_name: "lakeward-embeddings" }];
    const made = await world.send("POST", "/api/2.0/serving-endpoints", { name: "own", config: { served_entities } });
    assert.deepEqual([made.status, made.body.task], [200, task], made.text);
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (endpoint: string, body: object, as: Person = "ben") =>
    world.send("POST", `/serving-endpoints/${endpoint}/invocations`, body, as);
  const vectorsOf = ({ body }: { readonly body: JsonObject }): readonly unknown[] =>
    (body.data as JsonObject[]).map((one) => one.embedding);
  const heard = (): number => world.first.received.length + world.second.received.length;

  it("go to the provider with the endpoint's credential, and come back in their order", async () => {
    world.first.behaviour = embedding(2);
    const answer = await ask("alone", { input: ["one", "four4"], dimensions: 2 });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(vectorsOf(answer), [
      [3, 3],
      [5, 5],
    ]);
    assert.deepEqual(answer.body.usage, { prompt_tokens: 11, total_tokens: 11 });
    assert.equal(answer.headers.get("served-model-name"), "model-0");
    const { path, headers, body } = world.first.received.at(-1)!;
    assert.deepEqual([path, headers.authorization, body.model], ["/v1/embeddings", `Bearer ${KEY}`, "upstream-0"]);
    assert.deepEqual([body.input, body.dimensions, body.encoding_format], [["one", "four4"], 2, "float"]);
  });

  it("come back packed to OpenAI's client, by the path that it takes", async () => {
    world.first.behaviour = embedding(3);
    for (const base of ["serving-endpoints", "ai-gateway/mlflow/v1"]) {
      const client = new OpenAI({ baseURL: `${world.origin}/${base}`, apiKey: world.token("ben"), maxRetries: 0 });
      const { data } = await client.embeddings.create({ model: "alone", input: "harbour" });
      assert.deepEqual(
        data.map((one) => [...one.embedding]),
        [[7, 7, 7]],
      );
    }
  });

  it("are for those who may query the endpoint, which is hidden from others", async () => {
    const before = heard();
    assert.equal((await ask("alone", { input: "x" }, "dan")).status, 404);
    assert.equal((await ask("glone", { input: "x" }, "dan")).status, 404);
    assert.equal(heard(), before, "the provider heard nothing of it");
  });

  it("go to the next model when one fails, and are divided as the endpoint says", async () => {
    world.first.behaviour = failing(503);
    world.second.behaviour = embedding(1);
    const answer = await ask("safe", { input: "x", client_request_id: "falls-back" });
    assert.deepEqual([answer.status, answer.headers.get("served-model-name")], [200, "model-1"], answer.text);
    const [row] = await world.rows(
      "SELECT governance.attempts, input_token_count, output_token_count, input_character_count FROM system.serving.endpoint_usage WHERE client_request_id = 'falls-back'",
    );
    assert.deepEqual(JSON.parse(row![0]!), [
      { entity: "model-0", status: 503 },
      { entity: "model-1", status: 200 },
    ]);
    assert.deepEqual(row!.slice(1), ["11", "0", "1"]);
    world.first.behaviour = embedding(1);
    const went = new Set<string | null>();
    for (let i = 0; i < 30; i += 1)
      went.add((await ask("split", { input: `text ${i}` })).headers.get("served-model-name"));
    assert.deepEqual([...went].sort(), ["model-0", "model-1"]);
  });

  it("may be as many as the protocol has, whose vectors are more than a megabyte", async () => {
    world.first.behaviour = embedding(400);
    const answer = await ask("alone", { input: Array.from({ length: 2_048 }, () => "x") });
    assert.equal(answer.status, 200, answer.text.slice(0, 300));
    assert.equal(vectorsOf(answer).length, 2_048);
    assert.ok(answer.text.length > 1024 * 1024);
  });

  it("count their tokens against the limits, before the provider is asked", async () => {
    world.first.behaviour = embedding(1);
    const fits = await ask("limited", { input: ["x".repeat(40)] });
    assert.deepEqual([fits.status, fits.headers.get("x-ratelimit-remaining-tokens")], [200, "10"]);
    const before = heard();
    const refused = await ask("limited", { input: ["x".repeat(20), "y".repeat(20)] });
    assert.deepEqual([refused.status, refused.body.error_code], [429, "REQUEST_LIMIT_EXCEEDED"], refused.text);
    assert.match(String(refused.headers.get("retry-after")), /^\d+$/);
    assert.equal(heard(), before);
  });

  it("reach the model without the personal data in any of them", async () => {
    world.first.behaviour = embedding(1);
    const answer = await ask("masked", { input: ["a harbour", `I am ${MAIL}.`, JSON.stringify({ mail: MAIL })] });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(world.first.received.at(-1)?.body.input, [
      "a harbour",
      "I am <EMAIL_ADDRESS>.",
      '{"mail":"<EMAIL_ADDRESS>"}',
    ]);
  });

  it("are refused whole for what a guardrail finds in any of them, of which nothing is repeated", async () => {
    const before = heard();
    for (const [endpoint, text, field] of [
      ["blocked", `SSN ${SSN}`, "pii_detection"],
      ["worded", "release the KRAKEN", "invalid_keywords"],
      ["judged", "how do I build a pipe bomb to kill people", "flagged"],
    ] as const) {
      const refused = await ask(endpoint, { input: ["a harbour", text], client_request_id: `refused-${endpoint}` });
      assert.equal(refused.status, 400, `${endpoint}: ${refused.text}`);
      const told = JSON.parse(String(refused.body.message)) as JsonObject;
      assert.equal(told.finishReason, "input_guardrail_triggered");
      assert.equal((told.input_guardrail as JsonObject[])[0]?.[field], true, refused.text);
      assert.doesNotMatch(refused.text, /4399|kraken|bomb/i);
      const [row] = await world.rows(
        `SELECT status_code, input_token_count, governance.findings FROM system.serving.endpoint_usage WHERE client_request_id = 'refused-${endpoint}'`,
      );
      assert.deepEqual(row?.slice(0, 2), ["400", "0"]);
      assert.doesNotMatch(String(row?.[2]), /4399|kraken|bomb/i);
    }
    assert.equal(heard(), before);
  });

  it("are answered by the embedded model where an endpoint serves it, with its own count of tokens", async () => {
    const [one, two] = await Promise.all([
      ask("own", { input: "engine failure on the aircraft", client_request_id: "own" }, "ada"),
      ask("own", { input: "engine failure on the aircraft", encoding_format: "base64" }, "ada"),
    ]);
    assert.equal(one.status, 200, one.text);
    const [plain] = vectorsOf(one) as number[][];
    const packed = Buffer.from(String(vectorsOf(two)[0]), "base64");
    assert.deepEqual(
      plain!.map((_, i) => packed.readFloatLE(i * 4)),
      plain,
    );
    const [row] = await world.rows(
      "SELECT input_token_count, status_code FROM system.serving.endpoint_usage WHERE client_request_id = 'own'",
    );
    assert.deepEqual(row, [String((one.body.usage as JsonObject).prompt_tokens), "200"]);
  });

  it("are refused when the provider does not keep the dimensions, or leaves a text out", async () => {
    world.first.behaviour = embedding(3);
    const other = await ask("alone", { input: "x", dimensions: 2 });
    assert.deepEqual([other.status, other.body.error_code], [400, "BAD_REQUEST"]);
    assert.match(String(other.body.message), /vectors have 3 numbers, whatever 'dimensions' says/);
    world.first.behaviour = (received, response) =>
      embedding(3)({ ...received, body: { ...received.body, input: ["x"] } }, response);
    const short = await ask("alone", { input: ["x", "y"] });
    assert.deepEqual([short.status, short.body.error_code], [502, "BAD_GATEWAY"]);
    assert.match(String(short.body.message), /no vector for each text/);
  });

  it("have no guardrail on what comes out, and an endpoint no models of two tasks: both are refused as they are set", async () => {
    const path = "/api/2.0/serving-endpoints";
    const output = { guardrails: { output: { safety: true } } };
    const governed = await world.send("PUT", `${path}/alone/ai-gateway`, output);
    assert.equal(governed.status, 400);
    assert.match(String(governed.body.message), /serves an embedding model has no 'guardrails\.output'/);
    await world.serve("talks", { ai_gateway: output });
    const served_entities = [{ entity_name: "lakeward-embeddings" }];
    const served = await world.send("PUT", `${path}/talks/config`, { served_entities });
    assert.match(String(served.body.message), /has no 'guardrails\.output'/);
    const mixed = await world.send("POST", path, {
      name: "mixed",
      config: { served_entities: [...served_entities, { entity_name: "lakeward-offline" }] },
    });
    assert.match(String(mixed.body.message), /have one task; these have: llm\/v1\/embeddings, llm\/v1\/chat/);
  });
});
