import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { embedding } from "./provider.ts";
import { type GatewayWorld, gatewayWorld } from "./world.ts";

/** A limit of so many questions an hour, so that no minute's end falls into a test. */
const limited = (calls: number) => ({ rate_limits: [{ calls, key: "endpoint", renewal_period: "hour" }] });

describe("ai_query, through the gateway", () => {
  let world: GatewayWorld;
  const run = async (as: "ada" | "ben" | "dan", statement: string) => {
    const warehouse_id = world.platform.services.sql.warehouses.own;
    const request = { statement, warehouse_id, wait_timeout: "50s" };
    const { status: http, body, text } = await world.send("POST", "/api/2.0/sql/statements", request, as);
    assert.equal(http, 200, text);
    const { status, result } = body as unknown as {
      status: { state: string; error?: { message: string } };
      result?: { data_array?: (string | null)[][] };
    };
    return { rows: result?.data_array ?? [], error: status?.error?.message ?? "" };
  };
  before(async () => {
    world = await gatewayWorld("models:\n  ai_similarity: near\n");
    const access_control_list = ["ben", "dan"].map((name) => ({
      user_name: `${name}@board.org`,
      permission_level: "CAN_USE",
    }));
    const path = `/api/2.0/permissions/warehouses/${world.platform.services.sql.warehouses.own}`;
    const { status, text } = await world.send("PATCH", path, { access_control_list });
    assert.equal(status, 200, text);
    await world.serve("plain");
    await world.serve("near", { task: "llm/v1/embeddings", providers: [world.second], ai_gateway: limited(2) });
    world.second.behaviour = embedding(2);
    await world.serve("few", { ai_gateway: limited(2) });
    await world.serve("careful", { ai_gateway: { guardrails: { input: { pii: { behavior: "BLOCK" } } } } });
  });
  after(() => world[Symbol.asyncDispose]());

  it("asks the provider as whoever queries, and the usage names them", async () => {
    const { rows, error } = await run("ben", "SELECT ai_query('plain', 'What is new?')");
    assert.equal(error, "");
    assert.match(rows[0]?.[0] ?? "", /first/);
    const used = await world.rows(
      `SELECT requester, status_code FROM system.serving.endpoint_usage AS u
         JOIN system.serving.served_entities AS e ON e.served_entity_id = u.served_entity_id WHERE e.endpoint_name = 'plain'`,
    );
    assert.deepEqual(used, [["ben@board.org", "200"]]);
  });

  it("counts each question against the endpoint's limits", async () => {
    const { rows } = await run(
      "ben",
      `SELECT r.errorMessage FROM (
         SELECT ai_query('few', CAST(id AS STRING), failOnError => false) AS r FROM range(5)) AS q`,
    );
    assert.equal(rows.filter(([error]) => error === null).length, 2);
    assert.equal(rows.filter(([error]) => /limit/i.test(error ?? "")).length, 3);
  });

  it("is stopped by the endpoint's guardrails", async () => {
    const { error } = await run("ben", "SELECT ai_query('careful', 'Mail to eve.adams@example.org')");
    assert.match(error, /EMAIL_ADDRESS|personal/i);
    assert.doesNotMatch(error, /eve\.adams/);
  });

  it("is not there for whoever may not query the endpoint", async () => {
    const asked = world.first.received.length;
    const { error } = await run("dan", "SELECT ai_query('plain', 'What is new?')");
    assert.match(error, /'plain' does not exist, or you may not know of it|PERMISSION_DENIED|does not have/);
    assert.equal(world.first.received.length, asked);
  });

  it("compares texts by the endpoint that is set for it, under that endpoint's limits", async () => {
    const { rows, error } = await run("ben", "SELECT ai_similarity('a bird', 'a plane') > 0.999");
    assert.deepEqual([rows, error], [[["true"]], ""]);
    assert.deepEqual(world.second.received.at(-1)?.body.input, ["a bird", "a plane"]);
    assert.match((await run("ben", "SELECT ai_similarity(CAST(id AS STRING), 'x') FROM range(5)")).error, /rate limit/);
    assert.match((await run("ada", "SELECT ai_similarity('a', 'b')")).error, /rate limit/);
  });

  it("says how a model is set for functions that name none", async () => {
    const { error } = await run("ben", "SELECT ai_summarize('What is new?')");
    assert.match(error, /models: \{ ai_functions: name of an endpoint \}/);
  });
});
