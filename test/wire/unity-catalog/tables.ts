import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, never, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { WireWorld } from "../world.ts";

const PATH = "/api/2.1/unity-catalog/tables";
const BOATS = "marina.north.boats";

const hidden: Hidden = {
  as: ["stranger", "neighbour"],
  names: () => [BOATS, "marina.north.boots"],
  ask: (full_name) => ({ path: { full_name } }),
  status: 404,
  code: "TABLE_DOES_NOT_EXIST",
};

/** The schema in the query or the body, hidden. */
const hiddenSchema: Omit<Hidden, "ask"> = {
  as: ["stranger"],
  names: () => ["north", "nurth"],
  status: 404,
  code: "SCHEMA_DOES_NOT_EXIST",
};

async function made(world: WireWorld): Promise<string> {
  const name = world.fresh("marina.north.table");
  await world.sql(`CREATE TABLE ${name} (id INT)`);
  return name;
}

export const tableRows: readonly Row[] = [
  {
    of: `GET ${PATH}`,
    success: {
      as: "reader",
      ask: () => ({ query: { catalog_name: "marina", schema_name: "north" } }),
      shows: async ({ body }, world) => {
        assert.ok((body.tables as JsonObject[]).some((one) => one.full_name === BOATS));
        const query = { catalog_name: "marina", schema_name: "north" };
        const { body: seen } = await world.send("GET", PATH, { query }, world.token("neighbour"));
        assert.deepEqual(seen.tables, []);
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [{ ...hiddenSchema, ask: (schema_name) => ({ query: { catalog_name: "marina", schema_name } }) }],
    malformed: [],
  },
  {
    of: `POST ${PATH}`,
    success: {
      ask: () => ({ body: { catalog_name: "marina", schema_name: "north", name: "t" } }),
      status: 501,
      shows: ({ body }) => assert.match(String(body.message), /use CREATE TABLE in SQL/),
    },
    forbidden: [
      {
        because: "somebody who may use the schema without CREATE TABLE",
        as: "neighbour",
        ask: () => ({ body: { catalog_name: "marina", schema_name: "north", name: "t" } }),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /CREATE_TABLE on SCHEMA 'marina\.north'/,
      },
    ],
    hidden: [{ ...hiddenSchema, ask: (schema_name) => ({ body: { catalog_name: "marina", schema_name } }) }],
    malformed: [],
  },
  {
    of: `GET ${PATH}/{full_name}`,
    success: {
      as: "reader",
      ask: () => ({ path: { full_name: BOATS } }),
      shows: ({ body }) => {
        assert.deepEqual([body.table_type, body.data_source_format], ["MANAGED", "PARQUET"]);
        const columns = (body.columns as JsonObject[]).map((one) => [one.name, one.type_name]);
        assert.deepEqual(columns, [
          ["id", "INT"],
          ["name", "STRING"],
        ]);
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [hidden],
    malformed: never("it takes the name in its path alone"),
  },
  {
    of: `GET ${PATH}/{full_name}/exists`,
    success: {
      as: "reader",
      ask: () => ({ path: { full_name: BOATS } }),
      shows: ({ body }) => assert.deepEqual(body, { table_exists: true }),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [
      { as: ["neighbour"], names: hidden.names, ask: hidden.ask, status: 200 },
      {
        as: ["stranger"],
        names: () => ["marina.north", "marina.nurth"],
        ask: (schema) => ({ path: { full_name: `${schema}.boats` } }),
        status: 404,
        code: "SCHEMA_DOES_NOT_EXIST",
      },
    ],
    malformed: never("it takes the name in its path alone"),
  },
  {
    of: `DELETE ${PATH}/{full_name}`,
    success: {
      ask: async (world) => ({ path: { full_name: await made(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: [
      {
        because: "somebody who only browses it",
        as: "reader",
        ask: () => ({ path: { full_name: BOATS } }),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /Ask the owner of Table 'marina\.north\.boats'/,
      },
    ],
    hidden: [hidden],
    malformed: [],
  },
];
