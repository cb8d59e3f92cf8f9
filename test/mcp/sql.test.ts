import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Doorway, schema, warehouse } from "#kernel/mod.ts";
import { READER } from "../sql/setting.ts";
import { type McpWorld, mcpWorld, type RpcAnswer, type StatementAnswer } from "./world.ts";

/** One scalar call that takes minutes. */
const ENDLESS = "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000)) AS d";

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };

const valuesOf = (statement: StatementAnswer): readonly (readonly unknown[])[] =>
  (statement.result?.data_array ?? []).map((row) => row.values.flatMap((cell) => Object.values(cell)));

/** An answer without what differs between any two of them: its ids, and the name that was asked for. */
const plain = (answer: RpcAnswer, asked: string): string =>
  answer.text
    .replaceAll(asked, "ASKED")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "ID");

describe("the managed MCP server for SQL", () => {
  let world: McpWorld;
  let reader: string;
  let admin: string;
  before(async () => {
    world = await mcpWorld();
    ({ reader, admin } = world.tokens);
  });
  after(() => world[Symbol.asyncDispose]());

  const errorOf = async (sent: Promise<RpcAnswer>): Promise<NonNullable<RpcAnswer["error"]>> => {
    const answer = await sent;
    assert.ok(answer.error, answer.text);
    return answer.error;
  };

  /** A request of the protocol of 2026. */
  const modern = (method: string, params: object, headers: Record<string, string> = {}): Promise<RpcAnswer> => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    };
    const message = { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } };
    return world.rpc(reader, message, { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...headers });
  };

  describe("speaks", () => {
    it("to a client that sends no Accept header and no initialize, in plain JSON", async () => {
      const { status, headers, result } = await world.rpc(reader, LIST);
      assert.equal(status, 200);
      assert.match(headers.get("content-type") ?? "", /^application\/json/);
      assert.deepEqual(
        result?.tools.map(({ name, inputSchema, annotations }) => [name, inputSchema, annotations]),
        [
          ["execute_sql", queryOf("query"), { readOnlyHint: false }],
          ["execute_sql_read_only", queryOf("query"), { readOnlyHint: true }],
          ["poll_sql_result", queryOf("statement_id"), { readOnlyHint: true }],
        ],
      );
      function queryOf(name: string): object {
        const tool = result?.tools.find((one) => name in (one.inputSchema as { properties: object }).properties);
        const { properties } = tool!.inputSchema as { properties: Record<string, { type: string }> };
        assert.equal(properties[name]?.type, "string");
        return { type: "object", properties, required: [name] };
      }
    });

    it("its statements as text and as structured content, values as protobuf spells them", async () => {
      const { result } = await world.call(reader, "execute_sql", { query: "SELECT 7 AS n, NULL AS nothing, 'x' AS t" });
      const statement = result!.structuredContent;
      assert.deepEqual(JSON.parse(result!.content[0]!.text), statement);
      assert.equal(statement.status.state, "SUCCEEDED");
      assert.deepEqual(
        statement.manifest?.schema.columns.map(({ name, type_text }) => [name, type_text]),
        [
          ["n", "INT"],
          ["nothing", "VOID"],
          ["t", "STRING"],
        ],
      );
      assert.deepEqual(statement.result?.data_array, [
        { values: [{ string_value: "7" }, { null_value: "NULL_VALUE" }, { string_value: "x" }] },
      ]);
    });

    it("an error inside a statement as a FAILED state with its condition, not as a protocol error", async () => {
      const { status } = await world.run(reader, "execute_sql", "SELEKT 1");
      assert.equal(status.state, "FAILED");
      assert.match(status.error?.message ?? "", /PARSE_SYNTAX_ERROR.*SQLSTATE: 42601/);
    });

    it("of a missing argument and of an unknown tool in the words that clients look for", async () => {
      const missing = await errorOf(world.call(reader, "execute_sql", {}));
      assert.match(missing.message, /BAD_REQUEST.*Missing parameter value/);
      assert.equal(missing.code, -32602);
      for (const query of [["SELECT 1"], { a: 1 }, 7, "", null]) {
        const refused = await errorOf(world.call(reader, "execute_sql", { query }));
        assert.match(refused.message, /BAD_REQUEST.*Missing parameter value for 'query'/);
      }
      for (const name of ["execute", "EXECUTE_SQL", "constructor", "__proto__", ""]) {
        const refused = await errorOf(world.call(reader, name, { query: "SELECT 1" }));
        assert.match(refused.message, /BAD_REQUEST.*malformed/, name);
      }
    });

    it("no other method than POST, and says which", async () => {
      for (const method of ["GET", "DELETE"]) {
        const response = await fetch(world.url(), { method, headers: { authorization: `Bearer ${reader}` } });
        assert.equal(response.status, 405, method);
        assert.equal(response.headers.get("allow"), "POST");
      }
    });

    it("JSON-RPC errors to what is not JSON, and to a header that says another tool than the body", async () => {
      const broken = await world.rpc(reader, "{");
      assert.equal(broken.status, 400);
      assert.equal(broken.error?.code, -32700);
      const params = { name: "execute_sql", arguments: { query: "SELECT 1" } };
      const lying = await modern("tools/call", params, { "mcp-name": "execute_sql_read_only" });
      assert.deepEqual([lying.status, lying.error?.code], [400, -32020]);
      const honest = await modern("tools/call", params, { "mcp-name": "execute_sql" });
      assert.equal(honest.result?.structuredContent.status.state, "SUCCEEDED", honest.text);
      assert.match(honest.headers.get("content-type") ?? "", /^application\/json/);
    });

    it("to one message in a request, and refuses a batch whole", async () => {
      const insert = { name: "execute_sql", arguments: { query: "INSERT INTO lake.s.t VALUES (9, 'w')" } };
      const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: insert };
      const refused = await world.rpc(admin, ` [${JSON.stringify(message)}, ${JSON.stringify({ ...message, id: 2 })}]`);
      assert.equal(refused.status, 400);
      assert.match(refused.error?.message ?? "", /Batches are not served/);
      assert.deepEqual(valuesOf(await world.run(admin, "execute_sql", "SELECT count(*) FROM lake.s.t")), [["3"]]);
    });

    it("an error at once to a client that wants to subscribe: there is nothing to wait for", async () => {
      const refused = await modern("subscriptions/listen", { notifications: { toolsListChanged: true } });
      assert.ok(refused.error, refused.text);
      assert.match(refused.headers.get("content-type") ?? "", /^application\/json/);
    });
  });

  describe("governs", () => {
    it("as the caller: filter and masks at work, and named", async () => {
      const { result } = await world.call(reader, "execute_sql_read_only", {
        query: "SELECT name, ssn, salary FROM lake.s.sec ORDER BY name",
      });
      assert.deepEqual(valuesOf(result!.structuredContent), [
        ["ann", "***-1111", "900"],
        ["cyn", "***-3333", "NULL_VALUE"],
      ]);
      assert.deepEqual(result!._meta.governance, {
        filtered: [{ table: "lake.s.sec", policy: "lake.gov.by_region" }],
        masked: [
          { table: "lake.s.sec", column: "ssn", policy: "lake.gov.mask_ssn" },
          { table: "lake.s.sec", column: "salary", policy: "lake.gov.mask_pay" },
        ],
      });
      const officer = await world.run(
        world.tokens.officer,
        "execute_sql",
        "SELECT name, ssn FROM lake.s.sec ORDER BY 1",
      );
      assert.deepEqual(valuesOf(officer), [
        ["bob", "222-22-2222"],
        ["dan", "444-44-4444"],
      ]);
    });

    it("a hidden table like a missing one, but for ids and names", async () => {
      const hidden = await world.call(reader, "execute_sql", { query: "SELECT * FROM lake.vault.gold" });
      const missing = await world.call(reader, "execute_sql", { query: "SELECT * FROM lake.vault.none" });
      assert.match(hidden.text, /TABLE_OR_VIEW_NOT_FOUND/);
      assert.equal(plain(hidden, "lake.vault.gold"), plain(missing, "lake.vault.none"));
    });

    it("the warehouse: who may not use it runs nothing, and is not told its id", async () => {
      const { code, message } = await errorOf(world.call(world.tokens.stranger, "execute_sql", { query: "SELECT 1" }));
      assert.equal(code, -32003);
      assert.match(message, /no SQL warehouse that you may use/);
      assert.ok(!message.includes(world.warehouse_id));
    });

    it("the warehouse that _meta names, hidden like missing, and takes none from the arguments", async () => {
      const query = "SELECT 1 AS one";
      const pinned = await world.call(reader, "execute_sql", { query }, { warehouse_id: world.warehouse_id });
      assert.deepEqual(valuesOf(pinned.result!.structuredContent), [["1"]]);
      const ignored = await world.call(reader, "execute_sql", { query, warehouse_id: "none" });
      assert.deepEqual(valuesOf(ignored.result!.structuredContent), [["1"]]);
      const { stranger } = world.tokens;
      const hidden = await world.call(stranger, "execute_sql", { query }, { warehouse_id: world.warehouse_id });
      const missing = await world.call(stranger, "execute_sql", { query }, { warehouse_id: "ffffffffffffffff" });
      assert.match(hidden.error?.message ?? "", /BAD_REQUEST: not found/);
      assert.equal(plain(hidden, world.warehouse_id), plain(missing, "ffffffffffffffff"));
      const odd = await errorOf(world.call(reader, "execute_sql", { query }, { warehouse_id: 7 }));
      assert.match(odd.message, /warehouse_id/);
    });

    it("by scope: a token without sql does not connect, one with it alone runs statements", async () => {
      const { identity } = world.platform.services;
      const user = await identity.users.find(READER);
      const { token: without } = await identity.tokens.create(user!.id, { scopes: ["unity-catalog"] });
      const refused = await world.rpc(without, LIST);
      assert.equal(refused.status, 403);
      assert.match(refused.error?.message ?? "", /does not have required scopes: sql/);
      const { token: alone } = await identity.tokens.create(user!.id, { scopes: ["sql"] });
      assert.deepEqual(valuesOf(await world.run(alone, "execute_sql", "SELECT count(*) FROM lake.s.t")), [["3"]]);
    });

    it("by token: none, and none that is valid, is answered 401", async () => {
      for (const token of [null, "dapi0000"]) {
        const { status, headers, error } = await world.rpc(token, LIST);
        assert.equal(status, 401);
        assert.match(headers.get("www-authenticate") ?? "", /^Bearer/);
        assert.equal(error?.code, -32001);
      }
    });

    it("rows and bytes: a larger result is cut, and says so", async () => {
      const many = await world.run(reader, "execute_sql", "SELECT id FROM range(20000)");
      assert.deepEqual([many.manifest?.truncated, many.manifest?.total_row_count], [true, 12_288]);
      assert.equal(many.result?.data_array.length, 12_288);
      const wide = await world.run(reader, "execute_sql", "SELECT repeat('x', 1000000) AS x FROM range(10)");
      assert.equal(wide.status.state, "SUCCEEDED");
      assert.equal(wide.manifest?.truncated, true);
      assert.ok(wide.result!.data_array.length < 10);
    });

    it("every call by records on both doors, under the caller's trace id", async () => {
      const trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
      const params = { name: "execute_sql", arguments: { query: "SELECT id FROM lake.s.t" } };
      const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
      await world.rpc(reader, message, { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` });
      const audit = await world.run(
        admin,
        "execute_sql_read_only",
        `SELECT decision.door, decision.action, decision.subject FROM system.access.audit
         WHERE decision.trace_id = '${trace_id}' ORDER BY decision.hop`,
      );
      assert.deepEqual(valuesOf(audit), [
        ["http", "mcp.connect_sql", READER],
        ["mcp", "warehouse.use", READER],
        ["sql", "table.read_data", READER],
      ]);
    });
  });

  describe("lets execute_sql_read_only read, and nothing else", () => {
    it("explains how a query is governed", async () => {
      const text = "EXPLAIN GOVERNANCE SELECT id, ssn FROM lake.s.sec";
      const [[securable, , decision] = []] = valuesOf(await world.run(reader, "execute_sql_read_only", text));
      assert.deepEqual([securable, decision], ["lake.s.sec", "ALLOWED"]);
    });

    const writing: readonly string[] = [
      "EXPLAIN GOVERNANCE INSERT INTO lake.s.t VALUES (9, 'w')",
      "INSERT INTO lake.s.t VALUES (9, 'w')",
      "/* SELECT 1 */ INSERT INTO lake.s.t VALUES (9, 'w')",
      "-- SELECT 1\nINSERT INTO lake.s.t VALUES (9, 'w')",
      "SELECT 1 /*/ */; INSERT INTO lake.s.t VALUES (9, 'w')",
      "SELECT 1; INSERT INTO lake.s.t VALUES (9, 'w')",
      "SELECT 1;; DROP TABLE lake.s.t",
      "SELECT ';'; DROP TABLE lake.s.t --'",
      "WITH x AS (SELECT 9 AS id, 'w' AS a) INSERT INTO lake.s.t SELECT * FROM x",
      "WITH x AS (INSERT INTO lake.s.t VALUES (9, 'w')) SELECT * FROM x",
      "WITH x AS (DELETE FROM lake.s.t RETURNING *) SELECT * FROM x",
      "SELECT * FROM (INSERT INTO lake.s.t VALUES (9, 'w'))",
      "INSERT INTO lake.s.t WITH x AS (SELECT 9 AS id, 'w' AS a) SELECT * FROM x",
      "EXPLAIN INSERT INTO lake.s.t VALUES (9, 'w')",
      "EXPLAIN ANALYZE INSERT INTO lake.s.t VALUES (9, 'w')",
      "EXPLAIN EXTENDED CREATE TABLE lake.s.made AS SELECT 1 AS a",
      "CREATE TABLE lake.s.made AS SELECT 1 AS a",
      "CREATE OR REPLACE TABLE lake.s.t AS SELECT 1 AS a",
      "CREATE TEMP TABLE made AS SELECT 1 AS a",
      "CREATE TEMPORARY VIEW made AS SELECT 1 AS a",
      "CREATE VIEW lake.s.made AS SELECT 1 AS a",
      "CREATE FUNCTION lake.s.made() RETURNS INT RETURN 1",
      "CREATE SCHEMA lake.made",
      "DROP TABLE lake.s.t",
      "DROP SCHEMA lake.s CASCADE",
      "ALTER TABLE lake.s.sec DROP ROW FILTER",
      "ALTER TABLE lake.s.sec ALTER COLUMN ssn DROP MASK",
      "ALTER TABLE lake.s.t OWNER TO `account users`",
      "GRANT SELECT ON SCHEMA lake.vault TO `account users`",
      "REVOKE SELECT ON SCHEMA lake.s FROM `account users`",
      "USE CATALOG lake",
      "CALL lake.s.made()",
      "UPDATE lake.s.t SET a = 'w'",
      "DELETE FROM lake.s.t",
      "MERGE INTO lake.s.t USING lake.s.u ON false WHEN NOT MATCHED THEN INSERT VALUES (9, 'w')",
      "TRUNCATE TABLE lake.s.t",
      "COPY INTO lake.s.t FROM '/tmp/x' FILEFORMAT = CSV",
      "COPY lake.s.t TO '/tmp/x.parquet'",
      "SELECT 1 AS a INTO lake.s.made",
      "ATTACH '/tmp/x.db' AS x",
      "INSTALL httpfs",
      "LOAD httpfs",
      "PRAGMA database_list",
      "SET lock_configuration = false",
      "BEGIN INSERT INTO lake.s.t VALUES (9, 'w'); END",
      "EXECUTE IMMEDIATE 'INSERT INTO lake.s.t VALUES (9, 1)'",
      "VALUES (1); INSERT INTO lake.s.t VALUES (9, 'w')",
      "TABLE lake.s.t; DROP TABLE lake.s.t",
      "\uFEFFINSERT INTO lake.s.t VALUES (9, 'w')",
      "\u00A0INSERT INTO lake.s.t VALUES (9, 'w')",
    ];

    it("refuses every statement that would change anything, before any of it runs, also to an administrator", async () => {
      const state = async (): Promise<readonly unknown[]> => {
        const read = async (query: string) => valuesOf(await world.run(admin, "execute_sql", query));
        return [
          await read("SELECT * FROM lake.s.t ORDER BY id"),
          await read("SHOW TABLES IN lake.s"),
          await read("SHOW FUNCTIONS IN lake.s"),
          await read("SHOW SCHEMAS IN lake"),
          await read("SHOW GRANTS ON SCHEMA lake.vault"),
          await read("SHOW GRANTS ON SCHEMA lake.s"),
          await read("SELECT count(*) FROM lake.s.sec"),
        ];
      };
      const before_all = await state();
      for (const [i, query] of writing.entries()) {
        const trace_id = (i + 1).toString(16).padStart(32, "a");
        const params = { name: "execute_sql_read_only", arguments: { query } };
        const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
        const { result } = await world.rpc(admin, message, { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` });
        const { status } = result!.structuredContent;
        assert.equal(status.state, "FAILED", query);
        assert.match(status.error!.message, /READ_ONLY|PARSE_SYNTAX_ERROR|UNSUPPORTED_FEATURE/, query);
      }
      assert.deepEqual(await state(), before_all);
      const decided = await world.run(
        admin,
        "execute_sql",
        "SELECT DISTINCT decision.action FROM system.access.audit WHERE decision.trace_id LIKE 'aaaaaaaa%' ORDER BY 1",
      );
      assert.deepEqual(
        valuesOf(decided),
        [["mcp.connect_sql"], ["warehouse.use"]],
        "nothing but the way in was entered",
      );
    });

    it("takes what reads, whatever it looks like", async () => {
      const reading: readonly (readonly [query: string, first: unknown])[] = [
        ["SELECT 'INSERT INTO lake.s.t VALUES (9)' AS insert", "INSERT INTO lake.s.t VALUES (9)"],
        ["/* DROP TABLE lake.s.t */ SELECT count(*) FROM lake.s.t -- ; DELETE", "3"],
        ["WITH inserted AS (SELECT 1 AS `drop`) SELECT `drop` FROM inserted;", "1"],
        ["VALUES (5)", "5"],
        ["SHOW CATALOGS LIKE 'lake'", "lake"],
        ["DESCRIBE TABLE lake.s.t", "id"],
      ];
      for (const [query, first] of reading) {
        const statement = await world.run(reader, "execute_sql_read_only", query);
        assert.equal(valuesOf(statement)[0]?.[0], first, `${query}: ${statement.status.error?.message}`);
      }
    });

    it("while execute_sql writes what the caller may, and no more, one statement at a time", async () => {
      assert.equal(
        (await world.run(admin, "execute_sql", "CREATE TABLE lake.s.made (a INT)")).status.state,
        "SUCCEEDED",
      );
      assert.equal(
        (await world.run(admin, "execute_sql", "INSERT INTO lake.s.made VALUES (1)")).status.state,
        "SUCCEEDED",
      );
      const denied = await world.run(reader, "execute_sql", "INSERT INTO lake.s.made VALUES (2)");
      assert.match(denied.status.error?.message ?? "", /INSUFFICIENT_PERMISSIONS/);
      const two = await world.run(admin, "execute_sql", "INSERT INTO lake.s.made VALUES (3); SELECT 1");
      assert.match(two.status.error?.message ?? "", /Only one statement/);
      assert.deepEqual(valuesOf(await world.run(reader, "execute_sql", "SELECT a FROM lake.s.made")), [["1"]]);
    });
  });

  describe("gives a statement's result to whoever ran it", () => {
    const poll = (token: string, statement_id: string): Promise<RpcAnswer> =>
      world.call(token, "poll_sql_result", { statement_id });
    /** Starts a statement that nobody waits for, through the Statement Execution API. */
    const start = async (token: string, statement: string): Promise<string> => {
      const response = await fetch(world.url().replace("mcp/sql", "sql/statements"), {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ statement, warehouse_id: world.warehouse_id, wait_timeout: "0s" }),
      });
      return ((await response.json()) as { statement_id: string }).statement_id;
    };
    const cancel = (token: string, id: string): Promise<Response> =>
      fetch(`${world.url().replace("mcp/sql", "sql/statements")}/${id}/cancel`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
      });

    it("again and again, with the policies that shaped it", async () => {
      const { statement_id } = await world.run(reader, "execute_sql", "SELECT ssn FROM lake.s.sec ORDER BY id");
      for (const _ of [1, 2]) {
        const { result } = await poll(reader, statement_id);
        assert.deepEqual(valuesOf(result!.structuredContent), [["***-1111"], ["***-3333"]]);
        assert.deepEqual(result!._meta.governance, {
          filtered: [{ table: "lake.s.sec", policy: "lake.gov.by_region" }],
          masked: [{ table: "lake.s.sec", column: "ssn", policy: "lake.gov.mask_ssn" }],
        });
      }
    });

    it("and answers everyone else, administrators included, as if there were no such statement", async () => {
      const { statement_id } = await world.run(reader, "execute_sql", "SELECT ssn FROM lake.s.sec");
      const none = "00000000-0000-4000-8000-000000000000";
      for (const token of [admin, world.tokens.officer, world.tokens.stranger]) {
        const foreign = await poll(token, statement_id);
        const missing = await poll(token, none);
        assert.match(foreign.error?.message ?? "", /BAD_REQUEST: not found/);
        assert.equal(plain(foreign, statement_id), plain(missing, none));
      }
      for (const odd of ["", "x", "../x", `${statement_id} `, statement_id.toUpperCase()])
        assert.ok(await errorOf(poll(reader, odd)), odd);
    });

    it("also while it runs: the call comes back with an id before a client gives up", async () => {
      const started_ms = Date.now();
      const statement = await world.run(reader, "execute_sql", ENDLESS);
      assert.equal(statement.status.state, "RUNNING");
      assert.equal(statement.result, undefined);
      assert.ok(Date.now() - started_ms < 60_000, "the MCP SDKs' default time-out");
      const { result } = await poll(reader, statement.statement_id);
      assert.equal(result?.structuredContent.status.state, "RUNNING");
      assert.deepEqual(result?._meta.governance, { filtered: [], masked: [] });
      await cancel(reader, statement.statement_id);
      assert.equal(await stateOnceEnded(statement.statement_id), "CANCELED");
    });

    it("whichever way it was started", async () => {
      const id = await start(reader, "SELECT 42 AS answer");
      assert.equal(await stateOnceEnded(id), "SUCCEEDED");
      assert.deepEqual(valuesOf((await poll(reader, id)).result!.structuredContent), [["42"]]);
    });

    it("and ends one whose caller went away before it was told the id", async () => {
      const { gate, identity, sql } = world.platform.services;
      const who = await identity.authenticate(`Bearer ${reader}`);
      const request = { request_id: "r", trace_id: "b".repeat(32), source_ip: "", user_agent: "" };
      await using permit = await gate.enter(
        who,
        "warehouse.use",
        warehouse(world.warehouse_id),
        new Doorway("mcp", request),
      );
      const gone = new AbortController();
      const executing = sql.statements.execute(
        permit,
        { statement: ENDLESS, warehouse_id: world.warehouse_id, wait_timeout: "50s" },
        { signal: gone.signal },
      );
      gone.abort();
      assert.equal((await executing).response.status.state, "CANCELED");
    });

    async function stateOnceEnded(id: string): Promise<string> {
      for (;;) {
        const { result } = await poll(reader, id);
        const { state } = result!.structuredContent.status;
        if (state !== "RUNNING" && state !== "PENDING") return state;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  });

  describe("lets an agent act for its caller", () => {
    const own = (id: string) => [warehouse(id), schema("lake.s")];

    it("as the caller, within what it declared", async () => {
      const token = await world.agentToken("declared", own(world.warehouse_id));
      assert.deepEqual(valuesOf(await world.run(token, "execute_sql", "SELECT name, ssn FROM lake.s.sec ORDER BY 1")), [
        ["ann", "***-1111"],
        ["cyn", "***-3333"],
      ]);
      const outside = await world.run(token, "execute_sql", "CREATE TABLE lake.desk.made (a INT)");
      assert.match(outside.status.error?.message ?? "", /not among the resources that the agent 'declared' declared/);
    });

    it("not on a warehouse that it did not declare, and not without the scope", async () => {
      const without = await world.agentToken("no-warehouse", [schema("lake.s")]);
      const { code } = await errorOf(world.call(without, "execute_sql", { query: "SELECT 1" }));
      assert.equal(code, -32003);
      const narrow = await world.agentToken("functions-only", own(world.warehouse_id), ["unity-catalog"]);
      assert.equal((await world.rpc(narrow, LIST)).status, 403);
    });

    it("and to poll what it ran itself: not its caller's statements, nor another agent's", async () => {
      const token = await world.agentToken("curious", own(world.warehouse_id));
      const other = await world.agentToken("other", own(world.warehouse_id));
      const mine = await world.run(token, "execute_sql", "SELECT 1 AS one");
      const again = await world.call(token, "poll_sql_result", { statement_id: mine.statement_id });
      assert.deepEqual(valuesOf(again.result!.structuredContent), [["1"]]);
      const byPerson = await world.call(reader, "poll_sql_result", { statement_id: mine.statement_id });
      assert.deepEqual(valuesOf(byPerson.result!.structuredContent), [["1"]], "its caller may");
      const persons = await world.run(reader, "execute_sql", "SELECT * FROM lake.s.my_gold");
      const none = "00000000-0000-4000-8000-000000000000";
      const missing = await world.call(token, "poll_sql_result", { statement_id: none });
      for (const [by, id] of [
        [token, persons.statement_id],
        [other, mine.statement_id],
      ] as const) {
        const foreign = await world.call(by, "poll_sql_result", { statement_id: id });
        assert.equal(plain(foreign, id), plain(missing, none));
      }
    });
  });
});
