import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { breaking, failing, saying } from "../../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld, KEY, type Person } from "../../gateway/world.ts";

const messages = [{ role: "user", content: "hello" }] as const;
const columns =
  "databricks_request_id STRING, request_date DATE, client_request_id STRING, request_time TIMESTAMP, status_code INT, sampling_fraction DOUBLE, execution_duration_ms BIGINT, request STRING, response STRING, logging_error_codes ARRAY<STRING>, served_entity_id STRING, requester STRING";
const config = (schema_name: string, table_name_prefix: string) => ({
  inference_table_config: { enabled: true, catalog_name: "lake", schema_name, table_name_prefix },
});

describe("attacks on inference tables", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.send("PATCH", `/api/2.0/permissions/warehouses/${world.platform.services.sql.warehouses.own}`, {
      access_control_list: [{ group_name: "account users", permission_level: "CAN_USE" }],
    });
    for (const statement of [
      "CREATE CATALOG lake",
      "CREATE SCHEMA lake.open",
      "CREATE SCHEMA lake.shut",
      `CREATE TABLE lake.open.victim_payload (${columns})`,
      "GRANT USE CATALOG ON CATALOG lake TO `account users`",
      "GRANT USE SCHEMA, CREATE TABLE ON SCHEMA lake.open TO `account users`",
      "GRANT USE SCHEMA ON SCHEMA lake.shut TO `account users`",
      "GRANT SELECT, MODIFY ON TABLE lake.open.victim_payload TO `ben@board.org`",
    ])
      await world.rows(statement);
  });
  after(() => world[Symbol.asyncDispose]());

  const entity = (openai_api_key_plaintext: string) => {
    const openai_config = { openai_api_base: world.first.base_url, openai_api_key_plaintext };
    return { external_model: { name: "m", provider: "openai", task: "llm/v1/chat", openai_config } };
  };
  /** An endpoint of somebody who is no administrator any more, and what came of configuring it. */
  const made = async (name: string, ai_gateway: object, as: "ben" | "cleo", key = KEY) => {
    const { groups, users } = world.platform.services.identity;
    const admins = (await groups.find("admins"))!;
    const { id } = (await users.find(`${as}@board.org`))!;
    await groups.addMember(admins.id, id);
    const body = { name, config: { served_entities: [entity(key)] } };
    const created = await world.send("POST", "/api/2.0/serving-endpoints", body, as);
    await groups.removeMember(admins.id, id);
    assert.equal(created.status, 200, created.text);
    return govern(name, ai_gateway, as);
  };
  const govern = (name: string, ai_gateway: object, as: Person) =>
    world.send("PUT", `/api/2.0/serving-endpoints/${name}/ai-gateway`, ai_gateway, as);
  const ask = (name: string, as: Person, more: object = {}) =>
    world.send("POST", `/serving-endpoints/${name}/invocations`, { messages, ...more }, as);
  const sql = async (statement: string, as: Person): Promise<JsonObject> => {
    const warehouse_id = world.platform.services.sql.warehouses.own;
    return (await world.send("POST", "/api/2.0/sql/statements", { statement, warehouse_id, wait_timeout: "50s" }, as))
      .body;
  };

  it("without CREATE TABLE in a schema nobody has a table made there, and an endpoint that was to have one is not made", async () => {
    const refused = await made("shut", config("shut", "mine"), "ben");
    assert.deepEqual([refused.status, refused.body.error_code], [403, "PERMISSION_DENIED"], refused.text);
    assert.deepEqual(await world.rows("SHOW TABLES IN lake.shut"), []);
    const shown = await world.send("GET", "/api/2.0/serving-endpoints/shut", null);
    assert.equal((shown.body.ai_gateway as JsonObject).inference_table_config, undefined);
    const body = { name: "unmade", config: { served_entities: [entity(KEY)] }, ai_gateway: config("nowhere", "mine") };
    assert.equal((await world.send("POST", "/api/2.0/serving-endpoints", body)).status, 404);
    assert.equal((await world.send("GET", "/api/2.0/serving-endpoints/unmade", null)).status, 404);
  });

  it("another's table is no endpoint's, whoever may write to it", async () => {
    const refused = await made("thief-ben", config("open", "victim"), "ben");
    assert.deepEqual([refused.status, refused.body.error_code], [403, "PERMISSION_DENIED"], refused.text);
    const hidden = await made("thief-cleo", config("open", "victim"), "cleo");
    assert.equal(hidden.status, 404, hidden.text);
    assert.deepEqual(await world.rows("SELECT count(*) FROM lake.open.victim_payload"), [["0"]]);
  });

  it("a name cannot reach out of its schema", async () => {
    assert.equal((await made("reach", {}, "ben")).status, 200);
    for (const prefix of ["x.y", "../x", "a b", "x\u0000"])
      assert.equal((await govern("reach", config("open", prefix), "ben")).status, 400, prefix);
    assert.equal((await govern("reach", config("open.victim_payload", "x"), "ben")).status, 400);
  });

  it("who manages another's endpoint cannot have it write by the owner's right into a table of the owner's, or of their own", async () => {
    assert.equal((await made("bens", {}, "ben")).status, 200);
    const access_control_list = [{ user_name: "cleo@board.org", permission_level: "CAN_MANAGE" }];
    await world.send("PATCH", "/api/2.0/permissions/serving-endpoints/bens", { access_control_list }, "ben");
    await sql(`CREATE TABLE lake.open.private_payload (${columns})`, "ben");
    assert.notEqual((await govern("bens", config("open", "private"), "cleo")).status, 200);
    const own = await govern("bens", config("open", "cleos"), "cleo");
    assert.deepEqual([own.status, own.body.error_code], [400, "INVALID_STATE"], own.text);
    assert.match(own.text, /ben@board\.org/);
    assert.doesNotMatch(JSON.stringify(await world.rows("SHOW TABLES IN lake.open")), /cleos/);
    await sql(`CREATE TABLE lake.open.cleos_payload (${columns})`, "cleo");
    assert.match((await govern("bens", config("open", "cleos"), "cleo")).text, /Grant the owner MODIFY/);
    await sql("GRANT MODIFY ON TABLE lake.open.cleos_payload TO `ben@board.org`", "cleo");
    assert.equal((await govern("bens", config("open", "cleos"), "cleo")).status, 200);
    world.first.behaviour = saying("yes");
    assert.equal((await ask("bens", "ben")).status, 200);
    assert.deepEqual(await world.rows("SELECT count(*) FROM lake.open.cleos_payload"), [["1"]]);
  });

  it("a table made in the place of one that was dropped gets nothing, and nobody is answered", async () => {
    assert.equal((await made("replaced", config("open", "replaced"), "ben")).status, 200);
    world.first.behaviour = saying("yes");
    assert.equal((await ask("replaced", "ben")).status, 200);
    await world.rows("DROP TABLE lake.open.replaced_payload");
    await sql(`CREATE TABLE lake.open.replaced_payload (${columns})`, "cleo");
    const answer = await ask("replaced", "ben");
    assert.deepEqual([answer.status, answer.body.error_code], [400, "INVALID_STATE"]);
    await sql("GRANT MODIFY ON TABLE lake.open.replaced_payload TO `ben@board.org`", "cleo");
    assert.deepEqual(await world.rows("SELECT count(*) FROM lake.open.replaced_payload"), [["0"]]);
  });

  it("a right that is taken away from the owner is taken from the endpoint at once", async () => {
    assert.equal((await made("revoked", config("open", "revoked"), "ben")).status, 200);
    assert.equal((await ask("revoked", "ben")).status, 200);
    await world.rows("REVOKE USE SCHEMA ON SCHEMA lake.open FROM `account users`");
    assert.equal((await ask("revoked", "ben")).status, 400);
    await world.rows("GRANT USE SCHEMA ON SCHEMA lake.open TO `account users`");
    assert.equal((await ask("revoked", "ben")).status, 200);
  });

  it("two endpoints with one prefix share the table only where one person owns both, and their rows can be told apart", async () => {
    assert.equal((await made("one", config("open", "shared"), "ben")).status, 200);
    assert.equal((await made("two", config("open", "shared"), "ben")).status, 200);
    assert.equal((await made("three", config("open", "shared"), "cleo")).status, 404);
    await Promise.all(["one", "two", "two"].map((name) => ask(name, "ben")));
    const counted = await world.rows(
      "SELECT e.endpoint_name, count(*) FROM lake.open.shared_payload p JOIN system.serving.served_entities e ON p.served_entity_id = e.served_entity_id GROUP BY 1 ORDER BY 1",
    );
    assert.deepEqual(counted, [
      ["one", "1"],
      ["two", "2"],
    ]);
  });

  it("an inference table holds no credential: neither the provider's nor the caller's, whatever fails", async () => {
    const canary = "sk-canary-given-in-plain-text";
    assert.equal((await made("canary", config("open", "canary"), "ben", canary)).status, 200);
    for (const behaviour of [saying("fine"), failing(401), failing(500), breaking]) {
      world.first.behaviour = behaviour;
      for (const stream of [false, true]) await ask("canary", "ben", { stream });
    }
    world.first.behaviour = (received, response) => saying(`You are ${received.headers.host}.`)(received, response);
    await ask("canary", "ben", {
      messages: [{ role: "user", content: `My token is ${world.token("ben")}, "quoted".` }],
    });
    const held = JSON.stringify(await world.rows("SELECT * FROM lake.open.canary_payload"));
    assert.equal(JSON.parse(held).length, 9);
    for (const secret of [canary, KEY, world.token("ben"), world.token("ada")]) assert.ok(!held.includes(secret));
  });
});
