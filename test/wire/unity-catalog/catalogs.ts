import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { ANYONE, type Hidden, NOTHING_NAMED, never, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { WireWorld } from "../world.ts";

const PATH = "/api/2.1/unity-catalog/catalogs";

const hidden: Hidden = {
  as: ["stranger"],
  names: () => ["marina", "marima"],
  ask: (name) => ({ path: { name }, body: { comment: "x" } }),
  status: 404,
  code: "CATALOG_DOES_NOT_EXIST",
};

const notOwner: Omit<Refusal, "ask"> = {
  because: "somebody who only browses it",
  as: "reader",
  status: 403,
  code: "PERMISSION_DENIED",
  message: /MANAGE on CATALOG 'marina'.* Ask the owner of Catalog 'marina'/,
};

async function made(world: WireWorld): Promise<string> {
  const name = world.fresh("catalog");
  await world.sql(`CREATE CATALOG ${name}`);
  return name;
}

const namesOf = (body: JsonObject): unknown[] => (body.catalogs as JsonObject[]).map((one) => one.name);

export const catalogRows: readonly Row[] = [
  {
    of: `GET ${PATH}`,
    success: {
      ask: () => ({}),
      shows: async ({ body }, world) => {
        assert.ok(namesOf(body).includes("marina"));
        const { body: seen } = await world.send("GET", PATH, {}, world.token("stranger"));
        assert.deepEqual(namesOf(seen), []);
      },
    },
    forbidden: ANYONE,
    hidden: NOTHING_NAMED,
    malformed: [
      {
        because: "a page_token that is not of this list",
        ask: () => ({ query: { page_token: "!" } }),
        status: 400,
        code: "INVALID_PARAMETER_VALUE",
        message: /'page_token' is not one of this list/,
      },
    ],
  },
  {
    of: `POST ${PATH}`,
    success: {
      ask: (world) => ({ body: { name: world.fresh("catalog"), comment: "made by REST" } }),
      shows: ({ body }) => assert.deepEqual([body.catalog_type, body.comment], ["MANAGED_CATALOG", "made by REST"]),
    },
    forbidden: [
      {
        because: "somebody without CREATE CATALOG",
        as: "reader",
        ask: () => ({ body: { name: "mine" } }),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /CREATE_CATALOG on METASTORE/,
      },
    ],
    hidden: never("it names what is not there yet"),
    malformed: [
      {
        because: "a name that none can have",
        ask: () => ({ body: { name: "a/b" } }),
        status: 400,
        code: "INVALID_PARAMETER_VALUE",
        message: /'a\/b' cannot name a catalog/,
      },
    ],
    also: [
      {
        because: "a name that is taken",
        ask: () => ({ body: { name: "Marina" } }),
        status: 400,
        code: "CATALOG_ALREADY_EXISTS",
        message: /already exists/,
      },
      {
        because: "a field that is not built",
        ask: () => ({ body: { name: "elsewhere", storage_root: "s3://bucket" } }),
        status: 501,
        code: "NOT_IMPLEMENTED",
        message: /'storage_root' is not available/,
      },
    ],
  },
  {
    of: `GET ${PATH}/{name}`,
    success: {
      as: "neighbour",
      ask: () => ({ path: { name: "MARINA" } }),
      shows: ({ body }) => assert.deepEqual([body.name, body.full_name], ["marina", "marina"]),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [{ ...hidden, ask: (name) => ({ path: { name } }) }],
    malformed: never("it takes the name in its path alone"),
  },
  {
    of: `PATCH ${PATH}/{name}`,
    success: {
      ask: async (world) => ({ path: { name: await made(world) }, body: { comment: "changed" } }),
      shows: ({ body }) => assert.equal(body.comment, "changed"),
    },
    forbidden: [{ ...notOwner, ask: () => ({ path: { name: "marina" }, body: { comment: "x" } }) }],
    hidden: [hidden],
    malformed: [
      {
        because: "nothing to change",
        ask: () => ({ path: { name: "marina" }, body: {} }),
        status: 400,
        code: "INVALID_PARAMETER_VALUE",
        message: /^Nothing to update: send owner or comment/,
      },
      {
        because: "an owner that is nobody",
        ask: () => ({ path: { name: "marina" }, body: { owner: "nobody@board.org" } }),
        status: 404,
        code: "PRINCIPAL_DOES_NOT_EXIST",
        message: /Could not find principal with name nobody@board\.org/,
      },
    ],
    also: [
      {
        because: "a field that is not built",
        ask: () => ({ path: { name: "marina" }, body: { new_name: "harbour" } }),
        status: 501,
        code: "NOT_IMPLEMENTED",
        message: /'new_name' is not available/,
      },
    ],
  },
  {
    of: `DELETE ${PATH}/{name}`,
    success: {
      ask: async (world) => ({ path: { name: await made(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: [{ ...notOwner, ask: () => ({ path: { name: "marina" } }) }],
    hidden: [{ ...hidden, ask: (name) => ({ path: { name } }) }],
    malformed: [],
    also: [
      {
        because: "a catalog with something in it",
        ask: () => ({ path: { name: "marina" } }),
        status: 400,
        code: "INVALID_STATE",
        message: /force/,
      },
    ],
  },
];
