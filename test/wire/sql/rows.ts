import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import { ANYONE, type Hidden, NO_INPUT, NOTHING_NAMED, never, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { WireWorld } from "../world.ts";

const PATH = "/api/2.0/sql/statements";
const EXPLAIN = "/api/2.0/lakeward/explain-governance";
const ITS_OWNER_ALONE = never("whoever ran a statement is the only one who knows of it");

const run = (world: WireWorld, more: object = {}) => ({
  body: { statement: "SELECT 1 AS one", warehouse_id: world.warehouse_id, wait_timeout: "30s", ...more },
});

const explain = (world: WireWorld, more: object) => ({ body: { warehouse_id: world.warehouse_id, ...more } });

const wrong = (because: string, more: object, message: RegExp): Refusal => ({
  because,
  ask: (world) => run(world, more),
  status: 400,
  code: "INVALID_PARAMETER_VALUE",
  message,
});

/** Another one's statement, by everyone else: even who may use the warehouse, even who administers. */
const hidden: Hidden = {
  as: ["reader", "stranger"],
  names: (world) => [world.statement_id, "01a20c76-a23f-7a3e-8b92-81979648ffff"],
  ask: (statement_id) => ({ path: { statement_id } }),
  status: 404,
  code: "NOT_FOUND",
};

export const sqlRows: readonly Row[] = [
  {
    of: `POST ${PATH}`,
    success: {
      ask: (world) =>
        run(world, { statement: "SELECT :n * 2 AS twice", parameters: [{ name: "n", value: "21", type: "INT" }] }),
      shows: ({ body }) => {
        const { status, result, manifest } = body as Record<string, JsonObject>;
        assert.deepEqual(status, { state: "SUCCEEDED" });
        assert.deepEqual(result?.data_array, [["42"]]);
        assert.equal(manifest?.format, "JSON_ARRAY");
      },
    },
    forbidden: [
      {
        because: "somebody who may only view the warehouse",
        as: "reader",
        ask: (world) => run(world),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /CAN_USE on WAREHOUSE .* Ask the owner of SQL warehouse/,
      },
    ],
    hidden: [
      {
        as: ["stranger"],
        names: (world) => [world.warehouse_id, "0123456789abcdef"],
        ask: (warehouse_id, world) => run(world, { warehouse_id }),
        status: 404,
        code: "RESOURCE_DOES_NOT_EXIST",
      },
      {
        as: ["neighbour"],
        names: () => ["marina.north.boats", "marina.north.boots"],
        ask: (name, world) => run(world, { statement: `SELECT count(*) FROM ${name}` }),
        status: 200,
      },
    ],
    malformed: [
      wrong("an empty statement", { statement: "" }, /'statement' must not have fewer than 1 characters/),
      wrong("a wait that is not offered", { wait_timeout: "4s" }, /wait_timeout '4s' must be '0s', or between/),
      wrong("a wait that is no time", { wait_timeout: "soon" }, /wait_timeout 'soon'/),
      wrong("a choice that is none", { on_wait_timeout: "PANIC" }, /on_wait_timeout/),
      wrong("no row at all", { row_limit: 0 }, /'row_limit' must be >= 1/),
      wrong(
        "a parameter without a name",
        { parameters: [{ value: "1" }] },
        /^Missing required field: parameters\.0\.name$/,
      ),
      wrong(
        "a statement without bound",
        { statement: `SELECT '${"x".repeat(1024 * 1024)}'` },
        /longer than 1048576 bytes/,
      ),
    ],
    also: [
      {
        because: "a format that is not built",
        ask: (world) => run(world, { format: "ARROW_STREAM" }),
        status: 501,
        code: "NOT_IMPLEMENTED",
        message: /ARROW_STREAM/,
      },
    ],
  },
  {
    of: `GET ${PATH}/{statement_id}`,
    success: {
      ask: (world) => ({ path: { statement_id: world.statement_id } }),
      shows: ({ body }, world) => {
        assert.equal(body.statement_id, world.statement_id);
        assert.ok(isJsonObject(body.result));
        assert.deepEqual(body.result.data_array, [["7"]]);
      },
    },
    forbidden: ITS_OWNER_ALONE,
    hidden: [hidden],
    malformed: never("it takes the id in its path alone"),
  },
  {
    of: `GET ${PATH}/{statement_id}/result/chunks/{chunk_index}`,
    success: {
      ask: (world) => ({ path: { statement_id: world.statement_id, chunk_index: "0" } }),
      shows: ({ body }) => assert.deepEqual([body.row_count, body.data_array], [1, [["7"]]]),
    },
    forbidden: ITS_OWNER_ALONE,
    hidden: [{ ...hidden, ask: (statement_id) => ({ path: { statement_id, chunk_index: "0" } }) }],
    malformed: [
      {
        because: "a chunk that the result does not have",
        ask: (world) => ({ path: { statement_id: world.statement_id, chunk_index: "9" } }),
        status: 400,
        code: "INVALID_PARAMETER_VALUE",
        message: /chunk/i,
      },
    ],
  },
  {
    of: `POST ${PATH}/{statement_id}/cancel`,
    success: {
      ask: (world) => ({ path: { statement_id: world.statement_id } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: ITS_OWNER_ALONE,
    hidden: [hidden],
    malformed: [],
  },
  {
    of: "POST /api/2.0/lakeward/explain-governance",
    success: {
      ask: (world) => explain(world, { statement: "SELECT id FROM marina.north.boats" }),
      shows: async ({ body }, world) => {
        assert.equal(body.subject, "admin@lakeward.local");
        const [finding, ...more] = body.findings as readonly JsonObject[];
        assert.deepEqual(more, []);
        assert.deepEqual(
          [finding?.securable, finding?.type, finding?.decision, finding?.form],
          ["marina.north.boats", "TABLE", "ALLOWED", "OPEN"],
        );
        const other = { statement: "SELECT id FROM marina.north.boats", as: "reader@board.org" };
        const { body: seen } = await world.send("POST", EXPLAIN, explain(world, other), world.token("admin"));
        assert.match(String((seen.findings as readonly JsonObject[])[0]?.reason), /^'reader@board\.org' lacks USE_/);
      },
    },
    forbidden: [
      {
        because: "somebody who may only view the warehouse",
        as: "reader",
        ask: (world) => explain(world, { statement: "SELECT 1" }),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /CAN_USE on WAREHOUSE/,
      },
    ],
    hidden: [
      {
        as: ["neighbour"],
        names: () => ["marina.north.boats", "marina.north.boots"],
        ask: (name, world) => explain(world, { statement: `SELECT 1 FROM ${name}` }),
        status: 200,
      },
      {
        as: ["neighbour"],
        names: () => ["marina.north.boats", "marina.north.boots"],
        ask: (name, world) => explain(world, { statement: `SELECT 1 FROM ${name}`, as: "reader@board.org" }),
        status: 404,
        code: "TABLE_DOES_NOT_EXIST",
      },
    ],
    malformed: [
      {
        because: "no query",
        ask: (world) => explain(world, { statement: "DROP TABLE marina.north.boats" }),
        status: 400,
        code: "BAD_REQUEST",
        message: /Only a query is explained here/,
      },
      {
        because: "two principals",
        ask: (world) => explain(world, { statement: "EXPLAIN GOVERNANCE AS 'a@b.c' SELECT 1", as: "d@e.f" }),
        status: 400,
        code: "INVALID_PARAMETER_VALUE",
        message: /different principals/,
      },
    ],
  },
  {
    of: "GET /api/2.0/sql/warehouses",
    success: {
      as: "reader",
      ask: () => ({}),
      shows: async ({ body }, world) => {
        assert.deepEqual(
          (body.warehouses as JsonObject[]).map((one) => one.id),
          [world.warehouse_id],
        );
        const { body: seen } = await world.send("GET", "/api/2.0/sql/warehouses", {}, world.token("stranger"));
        assert.deepEqual(seen, { warehouses: [] });
      },
    },
    forbidden: ANYONE,
    hidden: NOTHING_NAMED,
    malformed: NO_INPUT,
  },
  {
    of: "GET /api/2.0/sql/warehouses/{id}",
    success: {
      as: "reader",
      ask: (world) => ({ path: { id: world.warehouse_id } }),
      shows: ({ body }, world) => assert.deepEqual([body.id, body.name], [world.warehouse_id, "Starter Warehouse"]),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [
      {
        as: ["stranger"],
        names: (world) => [world.warehouse_id, "0123456789abcdef"],
        ask: (id) => ({ path: { id } }),
        status: 404,
        code: "RESOURCE_DOES_NOT_EXIST",
      },
    ],
    malformed: never("it takes the id in its path alone"),
  },
];
