import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { schema, table, warehouse } from "#kernel/mod.ts";
import { type McpWorld, mcpWorld } from "../../mcp/world.ts";

/** What a call of a tool gave, as one text; an error likewise. */
async function callFunction(world: McpWorld, token: string, name: string, given: object): Promise<string> {
  const response = await fetch(world.url("functions/lake/s"), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, accept: "application/json, text/event-stream" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: `lake__s__${name}`, arguments: given },
    }),
  });
  return response.text();
}

/** Values that are no whole number, or try to be more than one. */
const crafted: readonly unknown[] = [
  "1 OR 1=1",
  "1; SELECT * FROM lake.s.sec",
  "1) OR (who IS NOT NULL",
  "(SELECT max(id) FROM lake.s.sec)",
  "１",
  " 1",
  "0x1",
  "1e0",
  "1.5",
  1.5,
  "9223372036854775808",
  "",
  true,
  [1],
  { "1": 1 },
  "1\u0000",
  "who",
  "{who}",
  ":who",
];

/** The salary as a number of its own: a request's id may hold the same digits. */
const secrets = /111-11-1111|222-22-2222|333-33-3333|444-44-4444|555-55-5555|(?<![\w-])5000(?![\w-])/;

describe("attacks through tools", () => {
  let world: McpWorld;
  before(async () => {
    world = await mcpWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  describe("a function's argument", () => {
    it("is one value", async () => {
      assert.match(await callFunction(world, world.tokens.reader, "ssn_of", { who: 1 }), /\*\*\*-1111/);
    });

    for (const value of crafted)
      it(`is no text of a statement: ${JSON.stringify(value)}`, async () => {
        const text = await callFunction(world, world.tokens.reader, "ssn_of", { who: value });
        assert.doesNotMatch(text, secrets);
        assert.match(text, /Parameter|BAD_REQUEST|error/);
      });

    it("that the function does not have is refused by its name", async () => {
      const text = await callFunction(world, world.tokens.reader, "ssn_of", { who: 1, WHO: 2 });
      assert.doesNotMatch(text, secrets);
      const more = await callFunction(world, world.tokens.reader, "ssn_of", { who: 1, "x) OR (TRUE": 2 });
      assert.match(more, /has no parameter/);
    });

    it("is given to no function of another schema, and to none that its caller may not execute", async () => {
      for (const name of ["../gov/mask_ssn", "mask_ssn", "ssn_of__x", "SSN_OF; DROP"])
        assert.match(await callFunction(world, world.tokens.reader, name, { s: "x" }), /"error"|isError|BAD_REQUEST/);
    });
  });

  describe("a statement that only reads", () => {
    for (const query of [
      "WITH region_map AS (SELECT 'eve@x.org' AS u, 'us' AS region) SELECT ssn FROM lake.s.sec",
      "SELECT ssn FROM lake.s.sec WHERE 1 / (id - 2) < 9",
      "SELECT max(ssn), max(salary) FROM lake.s.sec",
      "SELECT * FROM lake.s.vv",
      "EXPLAIN SELECT * FROM lake.s.sec",
      "SELECT ssn FROM lake.s.sec; DROP TABLE lake.s.sec",
      "DESCRIBE TABLE EXTENDED lake.s.sec",
      "SHOW GRANTS ON TABLE lake.s.sec",
    ])
      it(`shows nothing hidden: ${query}`, async () => {
        const answer = await world.call(world.tokens.reader, "execute_sql_read_only", { query });
        assert.doesNotMatch(answer.text, secrets);
      });
  });

  describe("an agent on a person's behalf", () => {
    it("reaches what it declared, and through that what is lent, under the person's policies", async () => {
      const token = await world.agentToken("viewer", [warehouse(world.warehouse_id), table("lake.s.v")]);
      const { result } = await world.call(token, "execute_sql", { query: "SELECT ssn FROM lake.s.v ORDER BY 1" });
      assert.match(JSON.stringify(result), /\*\*\*-1111/);
      assert.doesNotMatch(JSON.stringify(result), secrets);
    });

    it("reaches not what lies beneath, nor what is beside it", async () => {
      const token = await world.agentToken("climber", [warehouse(world.warehouse_id), table("lake.s.v")]);
      for (const query of [
        "SELECT * FROM lake.s.sec",
        "SELECT v.id FROM lake.s.v JOIN lake.s.sec USING (id)",
        "SELECT * FROM lake.s.vv",
        "SELECT lake.s.ssn_of(1)",
        "SELECT (SELECT max(ssn) FROM lake.s.sec) FROM lake.s.v",
        "DESCRIBE TABLE lake.s.sec",
      ]) {
        const { status, result } = await world.run(token, "execute_sql", query);
        assert.equal(status.state, "FAILED", query);
        assert.equal(result, undefined, query);
      }
    });

    it("makes no view or function to reach further with", async () => {
      const token = await world.agentToken("maker", [warehouse(world.warehouse_id), schema("lake.desk")]);
      for (const query of [
        "CREATE VIEW lake.desk.reach AS SELECT * FROM lake.s.sec",
        "CREATE FUNCTION lake.desk.reach() RETURNS BIGINT RETURN (SELECT count(*) FROM lake.s.sec)",
        "CREATE FUNCTION lake.desk.reach(n BIGINT DEFAULT (SELECT count(*) FROM lake.s.sec)) RETURNS BIGINT RETURN n",
        "CREATE TABLE lake.desk.reach AS SELECT * FROM lake.s.sec",
      ]) {
        const { status } = await world.run(token, "execute_sql", query);
        assert.match(status.error?.message ?? "no error", /not among the resources|does not exist/, query);
      }
    });
  });
});
