import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, never, type Row, WHOEVER_KNOWS } from "../row.ts";

const PATH = "/api/2.1/unity-catalog/functions";
const FEE = "marina.north.fee";

/** Databricks has no code of its own for functions: they are "routines or models". */
const hidden: Hidden = {
  as: ["stranger", "neighbour"],
  names: () => [FEE, "marina.north.fie"],
  ask: (name) => ({ path: { name } }),
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
};

export const functionRows: readonly Row[] = [
  {
    of: `GET ${PATH}`,
    success: {
      as: "reader",
      ask: () => ({ query: { catalog_name: "marina", schema_name: "north" } }),
      shows: ({ body }) => assert.ok((body.functions as JsonObject[]).some((one) => one.full_name === FEE)),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [
      {
        as: ["stranger"],
        names: () => ["north", "nurth"],
        ask: (schema_name) => ({ query: { catalog_name: "marina", schema_name } }),
        status: 404,
        code: "SCHEMA_DOES_NOT_EXIST",
      },
    ],
    malformed: [],
  },
  {
    of: `GET ${PATH}/{name}`,
    success: {
      as: "reader",
      ask: () => ({ path: { name: FEE } }),
      shows: ({ body }) => {
        assert.deepEqual([body.comment, body.data_type], ["what a boat pays", "INT"]);
        assert.equal("routine_definition" in body, false, "its text is for whoever may change it");
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [hidden],
    malformed: never("it takes the name in its path alone"),
  },
  {
    of: `DELETE ${PATH}/{name}`,
    success: {
      ask: async (world) => {
        const name = world.fresh("marina.north.function");
        await world.sql(`CREATE FUNCTION ${name}() RETURNS INT RETURN 1`);
        return { path: { name } };
      },
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: [
      {
        because: "somebody who only browses it",
        as: "reader",
        ask: () => ({ path: { name: FEE } }),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /Ask the owner of Function 'marina\.north\.fee'/,
      },
    ],
    hidden: [hidden],
    malformed: [],
  },
];
