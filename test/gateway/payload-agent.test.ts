import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "#base/json.ts";
import { Doorway, workspace } from "#kernel/mod.ts";
import { type GatewayWorld, gatewayWorld } from "./world.ts";

const input = [{ role: "user", content: "hello" }];

describe("an agent's inference table", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    for (const statement of ["CREATE CATALOG lake", "CREATE SCHEMA lake.logs"]) await world.rows(statement);
    const { agents, gate, identity } = world.platform.services;
    const who = await identity.authenticate(`Bearer ${world.token("ada")}`);
    const request = { request_id: "r0", trace_id: "0", source_ip: "", user_agent: "" };
    const permit = await gate.enter(who, "endpoint.create", workspace, new Doorway("http", request));
    const folder = fileURLToPath(new URL("../agents/fixtures/echo", import.meta.url));
    await agents.endpoints.create(permit, {
      kind: "agent",
      name: "echo",
      description: "A fixture",
      code: { folder, entry: "agent.ts", dependencies: [] },
      scopes: ["model-serving"],
      resources: [],
    });
    await permit.settle({ status: "ok" });
    const told = await world.send("PUT", "/api/2.0/serving-endpoints/echo/ai-gateway", {
      inference_table_config: { enabled: true, catalog_name: "lake", schema_name: "logs" },
      rate_limits: [{ calls: 2, key: "endpoint", renewal_period: "hour" }],
    });
    assert.equal(told.status, 200, told.text);
  });
  after(() => world[Symbol.asyncDispose]());

  it("holds what it was asked and what it answered, streamed or not, without the token it answers with, and what was limited", async () => {
    const statuses: number[] = [];
    for (const stream of [false, true, false]) {
      const body = { model: "echo", input, stream, client_request_id: `stream ${stream}` };
      statuses.push((await world.send("POST", "/serving-endpoints/responses", body)).status);
    }
    assert.deepEqual(statuses, [200, 200, 429]);
    const rows = await world.rows(
      "SELECT status_code, client_request_id, request, response, requester FROM lake.logs.echo_payload ORDER BY request_time",
    );
    assert.deepEqual(
      rows.map(([status, id, , , requester]) => [status, id, requester]),
      [
        ["200", "stream false", "admin@lakeward.local"],
        ["200", "stream true", "admin@lakeward.local"],
        ["429", "stream false", "admin@lakeward.local"],
      ],
    );
    for (const [, , request] of rows) assert.deepEqual((JSON.parse(request!) as JsonObject).input, input);
    assert.doesNotMatch(JSON.stringify(rows), /eyJ/);
    const [whole, streamed, limited] = rows.map(([, , , response]) => JSON.parse(response!) as JsonObject);
    for (const answer of [whole, streamed]) {
      assert.equal(answer?.object, "response");
      assert.match(
        JSON.stringify(answer?.output),
        /<CREDENTIAL> <CREDENTIAL> <CREDENTIAL>/,
        "it says its token thrice",
      );
    }
    assert.match(JSON.stringify(limited), /"error_code":"REQUEST_LIMIT_EXCEEDED"/);
  });
});
