import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { schema, warehouse } from "#kernel/mod.ts";
import { type McpWorld, mcpWorld, type StatementAnswer } from "../mcp/world.ts";
import { clients, type McpSession } from "./mcp-clients.ts";

type Call = Parameters<McpSession["callTool"]>[0];

interface Told {
  readonly state: string;
  readonly error: string | undefined;
  readonly rows: readonly (readonly unknown[])[];
  readonly id: string;
  readonly governance: unknown;
}

async function told(session: McpSession, call: Call): Promise<Told> {
  const { content, structuredContent, _meta } = await session.callTool(call);
  const statement = JSON.parse(content[0]!.text) as StatementAnswer;
  assert.deepEqual(structuredContent, statement);
  return {
    state: statement.status.state,
    error: statement.status.error?.message,
    rows: (statement.result?.data_array ?? []).map((row) => row.values.flatMap((cell) => Object.values(cell))),
    id: statement.statement_id,
    governance: _meta?.governance,
  };
}

/** What a refused call says, without the id that was asked for. */
async function refusal(session: McpSession, call: Call, asked: string): Promise<string> {
  try {
    await session.callTool(call);
  } catch (error) {
    return String(error).replaceAll(asked, "ASKED");
  }
  throw new Error("the call was not refused");
}

describe("the SQL server by the official MCP clients", () => {
  let world: McpWorld;
  before(async () => {
    world = await mcpWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  for (const [era, connect] of clients) {
    describe(era, () => {
      const sessions: McpSession[] = [];
      const as = async (token: string): Promise<McpSession> => {
        const session = await connect(world.url(), token);
        sessions.push(session);
        return session;
      };
      after(async () => {
        for (const session of sessions) await session.close();
      });

      it("list the tools and run a governed statement, polled again by its id", async () => {
        const session = await as(world.tokens.reader);
        const { tools } = await session.listTools();
        assert.deepEqual(
          tools.map((tool) => tool.name),
          ["execute_sql", "execute_sql_read_only", "poll_sql_result"],
        );
        const query = "SELECT name, ssn FROM lake.s.sec ORDER BY name";
        const first = await told(session, {
          name: "execute_sql_read_only",
          arguments: { query },
          _meta: { warehouse_id: world.warehouse_id },
        });
        assert.equal(first.state, "SUCCEEDED", first.error);
        assert.deepEqual(first.rows, [
          ["ann", "***-1111"],
          ["cyn", "***-3333"],
        ]);
        assert.deepEqual(first.governance, {
          filtered: [{ table: "lake.s.sec", policy: "lake.gov.by_region" }],
          masked: [{ table: "lake.s.sec", column: "ssn", policy: "lake.gov.mask_ssn" }],
        });
        const again = await told(session, { name: "poll_sql_result", arguments: { statement_id: first.id } });
        assert.deepEqual(again, first);
      });

      it("read why a statement failed, and why a call was refused", async () => {
        const session = await as(world.tokens.reader);
        const write = await told(session, {
          name: "execute_sql_read_only",
          arguments: { query: "DROP TABLE lake.s.t" },
        });
        assert.equal(write.state, "FAILED");
        assert.match(write.error ?? "", /READ_ONLY.*SQLSTATE: 25006/);
        const hidden = await told(session, { name: "execute_sql", arguments: { query: "TABLE lake.vault.gold" } });
        const missing = await told(session, { name: "execute_sql", arguments: { query: "TABLE lake.vault.none" } });
        assert.match(hidden.error ?? "", /TABLE_OR_VIEW_NOT_FOUND/);
        assert.equal(hidden.error, missing.error?.replaceAll("vault.none", "vault.gold"));
        await assert.rejects(
          session.callTool({ name: "execute_sql", arguments: {} }),
          /BAD_REQUEST.*Missing parameter value/,
        );
        await assert.rejects(session.callTool({ name: "sql", arguments: {} }), /BAD_REQUEST.*malformed/);
      });

      it("are told nothing of another person's statement, an administrator included", async () => {
        const session = await as(world.tokens.reader);
        const { id } = await told(session, { name: "execute_sql", arguments: { query: "SELECT 1" } });
        const none = "00000000-0000-4000-8000-000000000000";
        const admin = await as(world.tokens.admin);
        const poll = (statement_id: string): Promise<string> =>
          refusal(admin, { name: "poll_sql_result", arguments: { statement_id } }, statement_id);
        assert.match(await poll(id), /not found/);
        assert.equal(await poll(id), await poll(none));
      });

      it("with an agent's token see what its caller may, within what the agent declared", async () => {
        const resources = [warehouse(world.warehouse_id), schema("lake.s")];
        const agent = await as(await world.agentToken(`agent-${era.replaceAll(/\W/g, "")}`, resources));
        const own = await told(agent, { name: "execute_sql", arguments: { query: "SELECT count(*) FROM lake.s.sec" } });
        assert.deepEqual(own.rows, [["2"]]);
        const caller = await as(world.tokens.reader);
        const { id } = await told(caller, { name: "execute_sql", arguments: { query: "SELECT 1" } });
        await assert.rejects(
          agent.callTool({ name: "poll_sql_result", arguments: { statement_id: id } }),
          /BAD_REQUEST: not found/,
        );
      });
    });
  }
});
