import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, never, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { WireWorld } from "../world.ts";

const PATH = "/api/2.1/unity-catalog/schemas";

const hidden: Hidden = {
  as: ["stranger"],
  names: () => ["marina.north", "marina.nurth"],
  ask: (full_name) => ({ path: { full_name }, body: { comment: "x" } }),
  status: 404,
  code: "SCHEMA_DOES_NOT_EXIST",
};

/** What is made or listed in a catalog that the caller may not know of. */
const hiddenCatalog: Omit<Hidden, "ask"> = {
  as: ["stranger"],
  names: () => ["marina", "marima"],
  status: 404,
  code: "CATALOG_DOES_NOT_EXIST",
};

const notOwner: Omit<Refusal, "ask"> = {
  because: "somebody who only browses it",
  as: "reader",
  status: 403,
  code: "PERMISSION_DENIED",
  message: /on SCHEMA 'marina\.north'.* Ask the owner of Schema 'marina\.north'/,
};

async function made(world: WireWorld): Promise<string> {
  const name = world.fresh("marina.schema");
  await world.sql(`CREATE SCHEMA ${name}`);
  return name;
}

const namesOf = (body: JsonObject): unknown[] => (body.schemas as JsonObject[]).map((one) => one.name);

export const schemaRows: readonly Row[] = [
  {
    of: `GET ${PATH}`,
    success: {
      as: "neighbour",
      ask: () => ({ query: { catalog_name: "marina" } }),
      shows: ({ body }) => assert.deepEqual(namesOf(body), ["north"]),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [{ ...hiddenCatalog, ask: (catalog_name) => ({ query: { catalog_name } }) }],
    malformed: [],
  },
  {
    of: `POST ${PATH}`,
    success: {
      ask: (world) => ({ body: { catalog_name: "marina", name: world.fresh("schema") } }),
      shows: ({ body }) => assert.equal(body.full_name, `marina.${body.name}`),
    },
    forbidden: [
      {
        because: "somebody who only browses the catalog",
        as: "reader",
        ask: () => ({ body: { catalog_name: "marina", name: "mine" } }),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /USE_CATALOG on CATALOG 'marina'/,
      },
      {
        because: "somebody who may use the catalog without CREATE SCHEMA",
        as: "neighbour",
        ask: () => ({ body: { catalog_name: "marina", name: "mine" } }),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /CREATE_SCHEMA on CATALOG 'marina'/,
      },
    ],
    hidden: [
      {
        ...hiddenCatalog,
        ask: (catalog_name) => ({ body: { catalog_name, name: "mine" } }),
      },
    ],
    malformed: [
      {
        because: "a reserved name",
        ask: () => ({ body: { catalog_name: "marina", name: "information_schema" } }),
        status: 400,
        code: "INVALID_PARAMETER_VALUE",
        message: /reserved/,
      },
    ],
    also: [
      {
        because: "a name that is taken",
        ask: () => ({ body: { catalog_name: "marina", name: "NORTH" } }),
        status: 400,
        code: "SCHEMA_ALREADY_EXISTS",
        message: /already exists/,
      },
    ],
  },
  {
    of: `GET ${PATH}/{full_name}`,
    success: {
      as: "neighbour",
      ask: () => ({ path: { full_name: "marina.north" } }),
      shows: ({ body }) => assert.deepEqual([body.catalog_name, body.name], ["marina", "north"]),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [{ ...hidden, ask: (full_name) => ({ path: { full_name } }) }],
    malformed: never("it takes the name in its path alone"),
  },
  {
    of: `PATCH ${PATH}/{full_name}`,
    success: {
      ask: async (world) => ({ path: { full_name: await made(world) }, body: { comment: "changed" } }),
      shows: ({ body }) => assert.equal(body.comment, "changed"),
    },
    forbidden: [{ ...notOwner, ask: () => ({ path: { full_name: "marina.north" }, body: { comment: "x" } }) }],
    hidden: [hidden],
    malformed: [
      {
        because: "nothing to change",
        ask: () => ({ path: { full_name: "marina.north" }, body: {} }),
        status: 400,
        code: "INVALID_PARAMETER_VALUE",
        message: /^Nothing to update/,
      },
    ],
  },
  {
    of: `DELETE ${PATH}/{full_name}`,
    success: {
      ask: async (world) => ({ path: { full_name: await made(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: [{ ...notOwner, ask: () => ({ path: { full_name: "marina.north" } }) }],
    hidden: [{ ...hidden, ask: (full_name) => ({ path: { full_name } }) }],
    malformed: [],
  },
];
