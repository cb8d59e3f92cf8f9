import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "#base/json.ts";
import { type GatewayWorld, gatewayWorld } from "./world.ts";

const MODEL = "lakeward-offline";
const MINUTE_MS = 60_000;
/** More than a case takes on a busy machine: throughput is held over each minute, and a new one has room again. */
const LEFT_MS_MIN = 15_000;

describe("a foundation model with provisioned throughput", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(async () => {
    const left_ms = MINUTE_MS - (Date.now() % MINUTE_MS);
    if (left_ms < LEFT_MS_MIN) await sleep(left_ms);
  });

  const create = (name: string, served_entities: readonly object[], more: object = {}) =>
    world.send("POST", "/api/2.0/serving-endpoints", { name, config: { served_entities }, ...more });
  const provisioned = (name: string, max: number) => ({
    name,
    entity_name: MODEL,
    min_provisioned_throughput: 0,
    max_provisioned_throughput: max,
  });
  const ask = (endpoint: string, max_tokens?: number) =>
    world.send("POST", `/serving-endpoints/${endpoint}/invocations`, {
      messages: [{ role: "user", content: "x" }],
      ...(max_tokens && { max_tokens }),
    });

  it("shows its bounds as Databricks does, and another version of it has others", async () => {
    await create("shown", [provisioned("one", 100)]);
    const entityOf = async (): Promise<JsonObject> => {
      const { config } = (await world.send("GET", "/api/2.0/serving-endpoints/shown", null)).body;
      return ((config as JsonObject).served_entities as JsonObject[])[0]!;
    };
    const { min_provisioned_throughput, max_provisioned_throughput } = await entityOf();
    assert.deepEqual([min_provisioned_throughput, max_provisioned_throughput], [0, 100]);
    const put = { served_entities: [{ name: "one", entity_name: MODEL }] };
    assert.equal((await world.send("PUT", "/api/2.0/serving-endpoints/shown/config", put)).status, 200);
    assert.equal((await entityOf()).max_provisioned_throughput, undefined);
  });

  it("answers within it, and says when to come again where a question would go beyond", async () => {
    await create("small", [provisioned("one", 1)]);
    const first = await ask("small", 55);
    assert.equal(first.status, 200, first.text);
    const second = await ask("small", 55);
    assert.equal(second.status, 429, second.text);
    const after_s = Number(second.headers.get("retry-after"));
    assert.ok(after_s >= 1 && after_s <= 60, String(after_s));
    assert.equal(second.body.error_code, "REQUEST_LIMIT_EXCEEDED");
    assert.match(String(second.body.message), /throughput of 'one' on serving endpoint 'small' is 1 tokens per second/);
    const tooLarge = await ask("small", 1_000);
    assert.equal(tooLarge.status, 429);
    assert.equal(tooLarge.headers.get("retry-after"), null);
  });

  it("gives back what was reserved and not taken", async () => {
    await create("returned", [provisioned("one", 2)]);
    // It may take 110 of the minute's 120 tokens, and takes about 25.
    assert.equal((await ask("returned", 110)).status, 200);
    assert.equal((await ask("returned", 60)).status, 200);
  });

  it("leaves what is beyond to the entity that is fallen back on", async () => {
    const entities = [provisioned("reserved", 1), { name: "shared", entity_name: MODEL }];
    const routes = [
      { served_entity_name: "reserved", traffic_percentage: 100 },
      { served_entity_name: "shared", traffic_percentage: 0 },
    ];
    const config = { served_entities: entities, traffic_config: { routes } };
    const made = await world.send("POST", "/api/2.0/serving-endpoints", {
      ...{ name: "safe", config, ai_gateway: { fallback_config: { enabled: true } } },
    });
    assert.equal(made.status, 200, made.text);
    const served = [];
    for (let i = 0; i < 2; i += 1) served.push((await ask("safe", 55)).headers.get("served-model-name"));
    assert.deepEqual(served, ["reserved", "shared"]);
  });

  it("holds for texts to embed as well", async () => {
    const entity = { name: "one", entity_name: "lakeward-embeddings", max_provisioned_throughput: 1 };
    assert.equal((await create("vectors", [entity])).status, 200);
    const embed = (input: string) => world.send("POST", "/serving-endpoints/vectors/invocations", { input });
    assert.equal((await embed("bird ".repeat(30))).status, 200);
    assert.equal((await embed("bird ".repeat(30))).status, 429);
  });

  // biome-ignore format: a table is read in columns
  const refusals: readonly (readonly [says: string, entity: object, message: RegExp])[] = [
    ["a lower bound alone",         { entity_name: MODEL, min_provisioned_throughput: 1 },                                  /'.*max_provisioned_throughput' is needed/],
    ["bounds that cross",           { entity_name: MODEL, min_provisioned_throughput: 9, max_provisioned_throughput: 8 },   /cannot be more than/],
    ["no throughput at all",        { entity_name: MODEL, max_provisioned_throughput: 0 },                                  /whole number of tokens per second, 1 to/],
    ["half a token",                { entity_name: MODEL, max_provisioned_throughput: 1.5 },                                /whole number of tokens per second/],
    ["a provider's model",          { external_model: { name: "m", provider: "openai", task: "llm/v1/chat", openai_config: { openai_api_key: "{{secrets/providers/openai}}" } }, max_provisioned_throughput: 9 }, /is for models of this server/],
  ];
  for (const [says, entity, message] of refusals)
    it(`is refused for ${says}`, async () => {
      const { status, body } = await create("refused", [entity]);
      assert.equal(status, 400);
      assert.match(String(body.message), message);
    });
});
