import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { embedding } from "./provider.ts";
import { type GatewayWorld, gatewayWorld } from "./world.ts";

const MAIL = "rosa.diaz@board.example";

describe("an embedding model's inference table", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    for (const statement of ["CREATE CATALOG lake", "CREATE SCHEMA lake.logs"]) await world.rows(statement);
    const inference_table_config = { enabled: true, catalog_name: "lake", schema_name: "logs" };
    const task = "llm/v1/embeddings";
    await world.serve("plain", { task, ai_gateway: { inference_table_config } });
    for (const behavior of ["MASK", "BLOCK"]) {
      const guardrails = { input: { pii: { behavior } } };
      await world.serve(behavior.toLowerCase(), { task, ai_gateway: { inference_table_config, guardrails } });
    }
  });
  after(() => world[Symbol.asyncDispose]());

  it("holds texts as a guardrail left them, and vectors, of what was refused too", async () => {
    world.first.behaviour = embedding(2);
    const statuses: number[] = [];
    const kept: unknown[] = [];
    for (const endpoint of ["plain", "mask", "block"]) {
      const body = { input: ["hello", `to ${MAIL}`], ...(endpoint !== "plain" && { user: MAIL }) };
      statuses.push((await world.send("POST", `/serving-endpoints/${endpoint}/invocations`, body, "ben")).status);
      const rows = await world.rows(`SELECT status_code, request, response FROM lake.logs.${endpoint}_payload`);
      assert.equal(rows.length, 1);
      const [status, request, response] = rows[0]!;
      kept.push([status, JSON.parse(request!)]);
      assert.match(response!, endpoint === "block" ? /input_guardrail_triggered/ : /"embedding"/);
      if (endpoint !== "plain") assert.doesNotMatch(`${request}${response}`, /rosa/);
    }
    assert.deepEqual(statuses, [200, 200, 400]);
    const masked = { input: ["hello", "to <EMAIL_ADDRESS>"] };
    assert.deepEqual(kept, [
      ["200", { input: ["hello", `to ${MAIL}`] }],
      ["200", masked],
      ["400", masked],
    ]);
  });
});
