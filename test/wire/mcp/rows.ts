import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { Hidden, Refusal, Row } from "../row.ts";
import type { Ask, Person } from "../world.ts";

/** Numbers of JSON-RPC 2.0 section 5.1; -32003 is Databricks' for what may not be called. */
const PARSE = -32700;
const INVALID_REQUEST = -32600;
const INVALID_PARAMS = -32602;
const FORBIDDEN = -32003;

const rpc = (method: string, params: object = {}): object => ({ jsonrpc: "2.0", id: 1, method, params });
const call = (name: string, given: object = {}, meta: object = {}): object =>
  rpc("tools/call", { name, arguments: given, _meta: meta });

/** What no MCP server takes for a message. */
function notMessages(path: Ask): readonly Refusal[] {
  const wrong = (because: string, body: object | string, code: number, message: RegExp): Refusal => ({
    because,
    ask: () => ({ ...path, body }),
    status: 400,
    code,
    message,
  });
  return [
    wrong("a body that is no JSON", "{", PARSE, /Parse error/),
    wrong("no body", "", PARSE, /Parse error/),
    wrong("a body that is no message", "5", INVALID_REQUEST, /not a valid JSON-RPC message/),
    wrong("a message without a method", { jsonrpc: "2.0", id: 1 }, INVALID_REQUEST, /not a valid JSON-RPC message/),
    wrong(
      "a method that is no text",
      { jsonrpc: "2.0", id: 1, method: 5 },
      INVALID_REQUEST,
      /not a valid JSON-RPC message/,
    ),
    wrong("a message of another protocol", { id: 1, method: "tools/list" }, INVALID_REQUEST, /not a valid JSON-RPC/),
    wrong("several messages in one", [rpc("tools/list")], INVALID_PARAMS, /Batches are not served/),
  ];
}

/** A call that the protocol delivers and the server refuses: the error is in the message, the status is 200. */
const refused = (because: string, path: Ask, body: object, code: number, message: RegExp, as?: Person): Refusal => ({
  because,
  ask: () => ({ ...path, body }),
  status: 200,
  code,
  message,
  ...(as && { as }),
});

function textOf({ result }: JsonObject): JsonObject {
  assert.ok(isJsonObject(result) && Array.isArray(result.content));
  return JSON.parse((result.content[0] as { text: string }).text) as JsonObject;
}

const toolsOf = ({ result }: JsonObject): unknown[] => {
  assert.ok(isJsonObject(result) && Array.isArray(result.tools));
  return result.tools.map((one) => (one as JsonObject).name);
};

const north = { path: { catalog: "marina", schema: "north" } };
const fee = { path: { ...north.path, function: "fee" } };
const FEE = "marina__north__fee";

/** The server of a function and its schema, of a name in three parts. */
function serverOf(name: string, isOwn: boolean): Ask {
  const [catalog = "", schema = "", fn = ""] = name.split(".");
  return { path: isOwn ? { catalog, schema, function: fn } : { catalog, schema } };
}

const hiddenTool = (isOwn: boolean, body: (tool: string) => object): Hidden => ({
  as: ["stranger", "neighbour"],
  names: () => ["marina.north.fee", "marina.north.fie"],
  ask: (name) => ({ ...serverOf(name, isOwn), body: body(name.replaceAll(".", "__")) }),
  status: 200,
  code: INVALID_PARAMS,
});
const called = (tool: string): object => call(tool, { feet: 3 });

const wrongCalls = (path: Ask): readonly Refusal[] => [
  ...notMessages(path),
  refused("a tool's name that is no text", path, rpc("tools/call", { name: 5 }), INVALID_PARAMS, /expected string/),
  refused("a tool of another server", path, call("execute_sql"), INVALID_PARAMS, /BAD_REQUEST.* malformed/),
  refused("no argument", path, call(FEE), INVALID_PARAMS, /BAD_REQUEST.* Missing parameter value for 'feet'/),
  refused("an argument of another type", path, call(FEE, { feet: "three" }), INVALID_PARAMS, /'feet'/),
  refused("an argument that is no value", path, call(FEE, { feet: [3] }), INVALID_PARAMS, /BAD_REQUEST.*'feet'/),
];

export const mcpRows: readonly Row[] = [
  {
    of: "POST /api/2.0/mcp/functions/{catalog}/{schema}",
    success: {
      ask: () => ({ ...north, body: call(FEE, { feet: 3 }) }),
      shows: async ({ body }, world) => {
        assert.deepEqual(textOf(body), { is_truncated: false, columns: ["output"], rows: [["6"]] });
        const of = "/api/2.0/mcp/functions/{catalog}/{schema}";
        const list = { ...north, body: rpc("tools/list") };
        assert.ok(toolsOf((await world.send("POST", of, list, world.token("admin"))).body).includes(FEE));
        assert.deepEqual(toolsOf((await world.send("POST", of, list, world.token("reader"))).body), []);
      },
    },
    forbidden: [
      refused("somebody who only browses it", north, call(FEE, { feet: 3 }), FORBIDDEN, /USE_SCHEMA|EXECUTE/, "reader"),
    ],
    hidden: [
      hiddenTool(false, called),
      {
        as: ["stranger"],
        names: () => ["marina.north", "marina.nurth"],
        ask: (name) => {
          const [catalog = "", schema = ""] = name.split(".");
          return { path: { catalog, schema }, body: rpc("tools/list") };
        },
        status: 200,
        code: INVALID_PARAMS,
      },
    ],
    malformed: wrongCalls(north),
  },
  {
    of: "POST /api/2.0/mcp/functions/{catalog}/{schema}/{function}",
    success: {
      ask: () => ({ ...fee, body: rpc("tools/list") }),
      shows: ({ body }) => assert.deepEqual(toolsOf(body), [FEE]),
    },
    forbidden: [
      refused("somebody who only browses it", fee, rpc("tools/list"), FORBIDDEN, /USE_SCHEMA|EXECUTE/, "reader"),
    ],
    hidden: [hiddenTool(true, called), hiddenTool(true, () => rpc("tools/list"))],
    malformed: wrongCalls(fee),
  },
  {
    of: "POST /api/2.0/mcp/sql",
    success: {
      ask: () => ({ body: call("execute_sql_read_only", { query: "SELECT 7 AS n" }) }),
      shows: ({ body }) => {
        const { status, result } = textOf(body) as Record<string, JsonObject>;
        assert.equal(status?.state, "SUCCEEDED");
        assert.deepEqual(result?.data_array, [{ values: [{ string_value: "7" }] }]);
      },
    },
    forbidden: [
      refused(
        "somebody who may only view the warehouse",
        {},
        call("execute_sql", { query: "SELECT 1" }),
        FORBIDDEN,
        /CAN_USE on WAREHOUSE/,
        "reader",
      ),
    ],
    hidden: [
      {
        as: ["stranger"],
        names: (world) => [world.warehouse_id, "0123456789abcdef"],
        ask: (warehouse_id) => ({ body: call("execute_sql", { query: "SELECT 1" }, { warehouse_id }) }),
        status: 200,
        code: INVALID_PARAMS,
      },
      {
        as: ["reader", "stranger"],
        names: (world) => [world.statement_id, "01a20c76-a23f-7a3e-8b92-81979648ffff"],
        ask: (statement_id) => ({ body: call("poll_sql_result", { statement_id }) }),
        status: 200,
        code: INVALID_PARAMS,
      },
    ],
    malformed: [
      ...notMessages({}),
      refused("a tool that is none", {}, call("__proto__"), INVALID_PARAMS, /BAD_REQUEST.* malformed/),
      refused("no query", {}, call("execute_sql"), INVALID_PARAMS, /BAD_REQUEST.* Missing parameter value for 'query'/),
      refused(
        "a query that is no text",
        {},
        call("execute_sql", { query: 5 }),
        INVALID_PARAMS,
        /Missing parameter value/,
      ),
      refused(
        "a warehouse that is no text",
        {},
        call("execute_sql", { query: "SELECT 1" }, { warehouse_id: 5 }),
        INVALID_PARAMS,
        /'_meta\.warehouse_id' must be text/,
      ),
    ],
  },
];
