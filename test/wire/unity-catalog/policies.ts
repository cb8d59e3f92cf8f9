import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import type { Hidden, Refusal, Row } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

const PATH = "/api/2.1/unity-catalog/policies";
const ON = `${PATH}/{on_securable_type}/{on_securable_fullname}` as const;
const ONE = `${ON}/{name}` as const;
const BOATS = { on_securable_type: "TABLE", on_securable_fullname: "marina.north.boats" };

/** A policy that is for one person whom no test asks as, so that it changes nobody else's answers. */
const policy = {
  for_securable_type: "TABLE",
  policy_type: "POLICY_TYPE_COLUMN_MASK",
  to_principals: ["stranger@board.org"],
  match_columns: [{ alias: "Hull", condition: "has_tag_value('hull', 'wood')" }],
  column_mask: {
    function_name: "marina.north.hide",
    on_column: "hull",
    using: [{ constant: "4" }, { constant: "'x'" }],
  },
};

/** Makes what policies need, once. */
async function ready(world: WireWorld): Promise<void> {
  const admin = world.token("admin");
  const found = await world.send("GET", "/api/2.1/tag-policies/{tag_key}", { path: { tag_key: "hull" } }, admin);
  if (found.status === 200) return;
  await world.sql("CREATE GOVERNED TAG hull VALUES ('wood', 'steel')");
  await world.sql("CREATE FUNCTION marina.north.hide(s STRING, n INT, t STRING) RETURNS STRING RETURN t");
  await world.sql("CREATE FUNCTION marina.north.all() RETURNS BOOLEAN RETURN TRUE");
}

/** Makes a policy on the table that nothing else needs, and tells its name. */
async function fresh(world: WireWorld): Promise<string> {
  await ready(world);
  const name = world.fresh("policy");
  const made = await world.send("POST", PATH, { body: { ...BOATS, ...policy, name } }, world.token("admin"));
  assert.equal(made.status, 200, made.text);
  return name;
}

const hidden = (ask: (on_securable_fullname: string) => Ask): readonly Hidden[] => [
  {
    as: ["neighbour", "stranger"],
    names: () => ["marina.north.boats", "marina.north.boots"],
    ask,
    status: 404,
    code: "TABLE_DOES_NOT_EXIST",
  },
];

const browserMayNot = (ask: Ask): readonly Refusal[] => [
  {
    because: "somebody who only browses it",
    as: "reader",
    ask: () => ask,
    status: 403,
    code: "PERMISSION_DENIED",
    message: /Ask the owner of Table 'marina\.north\.boats'/,
  },
];

const refusal = (
  because: string,
  ask: Refusal["ask"],
  message: RegExp,
  code = "INVALID_PARAMETER_VALUE",
  status = 400,
): Refusal => ({ because, ask, status, code, message });

const otherKind = (more: Ask = {}): Refusal =>
  refusal(
    "a kind of securable that bears no policies",
    () => ({ ...more, path: { ...BOATS, on_securable_type: "FUNCTION", name: "x" } }),
    /Policies are not made on 'FUNCTION'/,
  );

const notThere = (more: Ask = {}): Refusal =>
  refusal(
    "a policy that it does not bear",
    () => ({ ...more, path: { ...BOATS, name: "no" } }),
    /has no policy 'no' of its own/,
    "RESOURCE_DOES_NOT_EXIST",
    404,
  );

const wrong = (because: string, change: object, message: RegExp, code?: string, status?: number): Refusal =>
  refusal(
    because,
    async (world) => {
      await ready(world);
      return { body: { ...BOATS, ...policy, name: world.fresh("policy"), ...change } };
    },
    message,
    code,
    status,
  );

export const policyRows: readonly Row[] = [
  {
    of: `POST ${PATH}`,
    success: {
      ask: async (world) => {
        await ready(world);
        return { body: { ...BOATS, ...policy, name: world.fresh("Policy"), when_condition: "NOT has_tag('hull')" } };
      },
      shows: ({ body }) => {
        assert.match(String(body.name), /^policy/);
        assert.deepEqual(body.column_mask, { ...policy.column_mask, using: [{ constant: "4" }, { constant: "'x'" }] });
        assert.deepEqual(body.match_columns, [{ alias: "hull", condition: "has_tag_value('hull', 'wood')" }]);
        assert.deepEqual(body.governed_tags, [{ tag_key: "hull" }, { tag_key: "hull", tag_value: "wood" }]);
        assert.equal(body.when_condition, "NOT has_tag('hull')");
      },
    },
    forbidden: browserMayNot({ body: { ...BOATS, ...policy, name: "p" } }),
    hidden: hidden((on_securable_fullname) => ({ body: { ...BOATS, ...policy, on_securable_fullname, name: "p" } })),
    malformed: [
      wrong(
        "a kind of securable that bears none",
        { on_securable_type: "METASTORE" },
        /Policies are not made on 'METASTORE'/,
      ),
      wrong("a condition that is none", { when_condition: "1 = 1" }, /expected has_tag/, "BAD_REQUEST"),
      wrong(
        "a condition with more behind it",
        { when_condition: "has_tag('hull') --\n; DROP" },
        /Only one statement/,
        "BAD_REQUEST",
      ),
      wrong("a mask without its column", { match_columns: [] }, /no alias of MATCH COLUMNS/),
      wrong(
        "a filter told as a mask",
        { policy_type: "POLICY_TYPE_ROW_FILTER" },
        /has 'row_filter', and no 'column_mask'/,
      ),
      wrong(
        "an argument that is two",
        { column_mask: { ...policy.column_mask, using: [{ alias: "hull", constant: "1" }] } },
        /exactly one of them/,
      ),
      wrong("nobody", { to_principals: [] }, /at least one principal/),
      wrong("a tag that is not governed", { when_condition: "has_tag('keel')" }, /Unknown tag policy key 'keel'/),
    ],
    also: [
      wrong(
        "a policy that grants",
        { policy_type: "POLICY_TYPE_GRANT" },
        /POLICY_TYPE_GRANT are not available/,
        "NOT_IMPLEMENTED",
        501,
      ),
      wrong(
        "a policy for models",
        { for_securable_type: "MODEL" },
        /Policies are for tables here/,
        "NOT_IMPLEMENTED",
        501,
      ),
      wrong(
        "somebody who is nobody",
        { to_principals: ["who"] },
        /Could not find principal/,
        "PRINCIPAL_DOES_NOT_EXIST",
        404,
      ),
      wrong(
        "a function that is missing",
        { column_mask: { ...policy.column_mask, function_name: "marina.north.no" } },
        /does not exist, or you may not execute it/,
        "RESOURCE_DOES_NOT_EXIST",
        404,
      ),
      refusal(
        "a name that is taken",
        async (world) => ({ body: { ...BOATS, ...policy, name: await fresh(world) } }),
        /has a policy '.*' already/,
        "RESOURCE_ALREADY_EXISTS",
        409,
      ),
    ],
  },
  {
    of: `GET ${ON}`,
    success: {
      ask: async (world) => {
        const name = world.fresh("policy");
        await fresh(world);
        const filter = { policy_type: "POLICY_TYPE_ROW_FILTER", row_filter: { function_name: "marina.north.all" } };
        const { for_securable_type, to_principals } = policy;
        const body = {
          ...filter,
          for_securable_type,
          to_principals,
          name,
          on_securable_type: "SCHEMA",
          on_securable_fullname: "marina.north",
        };
        assert.equal((await world.send("POST", PATH, { body }, world.token("admin"))).status, 200);
        return { path: BOATS, query: { include_inherited: "true" } };
      },
      shows: ({ body }) => {
        const on = (body.policies as JsonObject[]).map((one) => one.on_securable_type);
        assert.ok(on.includes("TABLE") && on.includes("SCHEMA"));
      },
    },
    forbidden: browserMayNot({ path: BOATS }),
    hidden: hidden((on_securable_fullname) => ({ path: { ...BOATS, on_securable_fullname } })),
    malformed: [otherKind()],
  },
  {
    of: `GET ${ONE}`,
    success: {
      ask: async (world) => ({ path: { ...BOATS, name: await fresh(world) } }),
      shows: ({ body }) => assert.equal(body.on_securable_fullname, "marina.north.boats"),
    },
    forbidden: browserMayNot({ path: { ...BOATS, name: "p" } }),
    hidden: hidden((on_securable_fullname) => ({ path: { ...BOATS, on_securable_fullname, name: "p" } })),
    malformed: [otherKind()],
    also: [notThere()],
  },
  {
    of: `PATCH ${ONE}`,
    success: {
      ask: async (world) => ({
        path: { ...BOATS, name: await fresh(world) },
        query: { update_mask: "comment,except_principals" },
        body: { ...policy, comment: "changed", to_principals: ["reader@board.org"] },
      }),
      shows: ({ body }) =>
        assert.deepEqual(
          [body.comment, body.to_principals, body.except_principals],
          ["changed", ["stranger@board.org"], []],
        ),
    },
    forbidden: browserMayNot({ path: { ...BOATS, name: "p" }, body: { comment: "x" } }),
    hidden: hidden((on_securable_fullname) => ({
      path: { ...BOATS, on_securable_fullname, name: "p" },
      body: { comment: "x" },
    })),
    malformed: [
      otherKind({ body: { comment: "x" } }),
      refusal(
        "a field that is not changed",
        async (world) => ({ path: { ...BOATS, name: await fresh(world) }, body: { update_mask: "id" } }),
        /'update_mask' names 'id'/,
      ),
      refusal(
        "a mask that would be a filter",
        async (world) => ({
          path: { ...BOATS, name: await fresh(world) },
          body: { policy_type: "POLICY_TYPE_ROW_FILTER" },
        }),
        /make another policy/,
      ),
    ],
    also: [notThere({ body: { comment: "x" } })],
  },
  {
    of: `DELETE ${ONE}`,
    success: {
      ask: async (world) => ({ path: { ...BOATS, name: await fresh(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: browserMayNot({ path: { ...BOATS, name: "p" } }),
    hidden: hidden((on_securable_fullname) => ({ path: { ...BOATS, on_securable_fullname, name: "p" } })),
    malformed: [otherKind()],
    also: [notThere()],
  },
];
