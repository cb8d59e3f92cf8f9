import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { Ask, Person } from "../world.ts";

const UC = "/api/2.1/unity-catalog";
const BOATS = { securable_type: "table", full_name: "marina.north.boats" };
const changes = [{ principal: "reader@board.org", add: ["BROWSE"] }];

/** Every kind of securable that a grant can be on, with a name that is missing. */
const kinds: readonly (readonly [
  type: string,
  hidden: string,
  missing: string,
  code: string,
  as: readonly Person[],
])[] = [
  ["catalog", "marina", "marima", "CATALOG_DOES_NOT_EXIST", ["stranger"]],
  ["schema", "marina.north", "marina.nurth", "SCHEMA_DOES_NOT_EXIST", ["stranger"]],
  ["table", "marina.north.boats", "marina.north.boots", "TABLE_DOES_NOT_EXIST", ["stranger", "neighbour"]],
  ["function", "marina.north.fee", "marina.north.fie", "RESOURCE_DOES_NOT_EXIST", ["stranger", "neighbour"]],
];

const hidden = (more: Ask = {}): readonly Hidden[] =>
  kinds.map(([securable_type, one, missing, code, as]) => ({
    as,
    names: () => [one, missing],
    ask: (full_name) => ({ ...more, path: { securable_type, full_name } }),
    status: 404,
    code,
  }));

const wrongTarget = (more: Ask = {}): readonly Refusal[] => [
  {
    because: "a kind of securable that is none",
    ask: () => ({ ...more, path: { securable_type: "constructor", full_name: "marina" } }),
    status: 400,
    code: "INVALID_PARAMETER_VALUE",
    message: /'constructor' is not a securable type here/,
  },
];

const otherMetastore = (more: Ask = {}): Refusal => ({
  because: "the metastore by another id than its own",
  ask: () => ({ ...more, path: { securable_type: "metastore", full_name: "0000" } }),
  status: 404,
  code: "METASTORE_DOES_NOT_EXIST",
  message: /Metastore '0000' does not exist/,
});

function wrongChange(because: string, change: object, message: RegExp, code = "INVALID_PARAMETER_VALUE"): Refusal {
  return { because, ask: () => ({ path: BOATS, body: { changes: [change] } }), status: 400, code, message };
}

const granteesOf = (body: JsonObject): unknown[] =>
  (body.privilege_assignments as JsonObject[]).map((one) => one.principal);

export const grantRows: readonly Row[] = [
  {
    of: `GET ${UC}/permissions/{securable_type}/{full_name}`,
    success: {
      ask: () => ({ path: { securable_type: "CATALOG", full_name: "marina" } }),
      shows: async ({ body }, world) => {
        assert.deepEqual(granteesOf(body), ["neighbour@board.org", "reader@board.org"]);
        const path = { securable_type: "metastore", full_name: world.platform.services.site.metastore_id };
        const of = `${UC}/permissions/{securable_type}/{full_name}`;
        assert.equal((await world.send("GET", of, { path }, world.token("stranger"))).status, 200);
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: hidden(),
    malformed: wrongTarget(),
    also: [otherMetastore()],
  },
  {
    of: `PATCH ${UC}/permissions/{securable_type}/{full_name}`,
    success: {
      ask: () => ({ path: BOATS, body: { changes: [{ principal: "stranger@board.org", remove: ["SELECT"] }] } }),
      shows: ({ body }) => assert.deepEqual(body, { privilege_assignments: [] }),
    },
    forbidden: [
      {
        because: "somebody who only browses it",
        as: "reader",
        ask: () => ({ path: BOATS, body: { changes } }),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /Ask the owner of Table 'marina\.north\.boats'/,
      },
    ],
    hidden: hidden({ body: { changes } }),
    malformed: [
      ...wrongTarget({ body: { changes } }),
      wrongChange("a change that changes nothing", { principal: "reader@board.org" }, /neither 'add' nor 'remove'/),
      wrongChange("a change for nobody", { add: ["SELECT"] }, /^Missing required field: changes\.0\.principal$/),
      wrongChange(
        "a privilege that is none",
        { principal: "reader@board.org", add: ["__proto__"] },
        /'__proto__' is not a/,
      ),
      wrongChange("a privilege of another kind", { principal: "reader@board.org", add: ["EXECUTE"] }, /not applicable/),
      wrongChange(
        "privileges that are no list",
        { principal: "reader@board.org", add: "SELECT" },
        /Expected array for field 'changes\.0\.add'/,
        "MALFORMED_REQUEST",
      ),
    ],
    also: [
      otherMetastore({ body: { changes } }),
      {
        ...wrongChange(
          "a principal that is missing",
          { principal: "who", add: ["SELECT"] },
          /Could not find principal with name who/,
        ),
        status: 404,
        code: "PRINCIPAL_DOES_NOT_EXIST",
      },
    ],
  },
  {
    of: `GET ${UC}/effective-permissions/{securable_type}/{full_name}`,
    success: {
      ask: () => ({ path: BOATS, query: { principal: "reader@board.org" } }),
      shows: ({ body }) => {
        const privilege = { privilege: "BROWSE", inherited_from_type: "CATALOG", inherited_from_name: "marina" };
        assert.deepEqual(body, { privilege_assignments: [{ principal: "reader@board.org", privileges: [privilege] }] });
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: hidden(),
    malformed: wrongTarget(),
    also: [otherMetastore()],
  },
];
