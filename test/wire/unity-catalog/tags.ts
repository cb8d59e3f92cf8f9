import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { ANYONE, type Hidden, NOTHING_NAMED, never, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

const POLICIES = "/api/2.1/tag-policies";
const TAGS = "/api/2.1/unity-catalog/entity-tag-assignments";
const ONE = `${TAGS}/{entity_type}/{entity_name}/tags/{tag_key}` as const;
const RULES = "/api/2.0/preview/accounts/access-control/rule-sets";

const ruleSet = (world: WireWorld, id: unknown): string =>
  `accounts/${world.platform.services.site.account_id}/tagPolicies/${id}/ruleSets/default`;

/** The id of `hue`, a governed tag of the administrator's, which reader may assign, and of which the others know nothing. */
async function hue(world: WireWorld): Promise<string> {
  const admin = world.token("admin");
  const found = await world.send("GET", `${POLICIES}/{tag_key}`, { path: { tag_key: "hue" } }, admin);
  if (found.status === 200) return String(found.body.id);
  const values = [{ name: "red" }, { name: "blue" }];
  const { body } = await world.send("POST", POLICIES, { body: { tag_key: "hue", values } }, admin);
  const name = ruleSet(world, body.id);
  const grant_rules = [{ role: "roles/tagPolicy.assigner", principals: ["users/reader@board.org"] }];
  await world.send("PUT", RULES, { body: { name, rule_set: { name, etag: "", grant_rules } } }, admin);
  return String(body.id);
}

/** A governed tag that nothing else needs. */
async function fresh(world: WireWorld): Promise<string> {
  const tag_key = world.fresh("tag");
  const body = { tag_key, description: "of a test", values: [{ name: "a" }] };
  await world.send("POST", POLICIES, { body }, world.token("admin"));
  return tag_key;
}

const hidden = (more: Ask = {}): readonly Hidden[] => [
  {
    as: ["neighbour", "stranger"],
    names: () => ["hue", "hux"],
    ask: async (tag_key, world) => {
      await hue(world);
      return { ...more, path: { tag_key } };
    },
    status: 404,
    code: "RESOURCE_DOES_NOT_EXIST",
  },
];

const readerMayNot = (more: Ask = {}): readonly Refusal[] => [
  {
    because: "somebody who may only assign it",
    as: "reader",
    ask: async (world) => {
      await hue(world);
      return { ...more, path: { tag_key: "hue" } };
    },
    status: 403,
    code: "PERMISSION_DENIED",
    message: /Ask the owner of Governed tag 'hue'/,
  },
];

const refusal = (because: string, ask: Refusal["ask"], message: RegExp): Refusal => ({
  because,
  ask,
  status: 400,
  code: "INVALID_PARAMETER_VALUE",
  message,
});

const policies: readonly Row[] = [
  {
    of: `GET ${POLICIES}`,
    success: {
      as: "reader",
      ask: async (world) => {
        await hue(world);
        return { query: { page_size: "1" } };
      },
      shows: ({ body }) => {
        assert.deepEqual(
          (body.tag_policies as JsonObject[]).map((one) => one.tag_key),
          ["hue"],
        );
      },
    },
    forbidden: ANYONE,
    hidden: NOTHING_NAMED,
    malformed: [
      refusal("a page of another list", () => ({ query: { page_token: "%" } }), /'page_token' is not one of this list/),
    ],
  },
  {
    of: `POST ${POLICIES}`,
    success: {
      ask: (world) => ({ body: { tag_key: world.fresh("tag"), description: "d", values: [{ name: "a" }] } }),
      shows: ({ body }) => {
        assert.deepEqual([body.description, body.values], ["d", [{ name: "a" }]]);
        assert.match(String(body.create_time), /^\d{4}-.*Z$/);
      },
    },
    forbidden: [
      {
        because: "somebody who may assign one",
        as: "reader",
        ask: (world) => ({ body: { tag_key: world.fresh("tag") } }),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /CREATE_GOVERNED_TAG/,
      },
    ],
    hidden: NOTHING_NAMED,
    malformed: [refusal("a key with a dot", () => ({ body: { tag_key: "a.b" } }), /'a\.b' cannot be a tag's key/)],
    also: [
      {
        because: "a key that is governed already",
        ask: async (world) => {
          await hue(world);
          return { body: { tag_key: "hue" } };
        },
        status: 409,
        code: "RESOURCE_ALREADY_EXISTS",
        message: /Governed tag 'hue' already exists/,
      },
    ],
  },
  {
    of: `GET ${POLICIES}/{tag_key}`,
    success: {
      as: "reader",
      ask: async (world) => {
        await hue(world);
        return { path: { tag_key: "hue" } };
      },
      shows: ({ body }) => assert.deepEqual(body.values, [{ name: "red" }, { name: "blue" }]),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: hidden(),
    malformed: never("it takes the key in its path alone"),
  },
  {
    of: `PATCH ${POLICIES}/{tag_key}`,
    success: {
      ask: async (world) => ({
        path: { tag_key: await fresh(world) },
        query: { update_mask: "values" },
        body: { values: [{ name: "b" }], description: "not in the mask" },
      }),
      shows: ({ body }) => assert.deepEqual([body.values, body.description], [[{ name: "b" }], "of a test"]),
    },
    forbidden: readerMayNot({ body: { description: "x" } }),
    hidden: hidden({ body: { description: "x" } }),
    malformed: [
      refusal(
        "a field that is not changed",
        async (world) => ({ path: { tag_key: await fresh(world) }, body: { update_mask: "tag_key" } }),
        /'update_mask' names 'tag_key'/,
      ),
      refusal("nothing", async (world) => ({ path: { tag_key: await fresh(world) }, body: {} }), /Nothing to update/),
    ],
  },
  {
    of: `DELETE ${POLICIES}/{tag_key}`,
    success: {
      ask: async (world) => ({ path: { tag_key: await fresh(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: readerMayNot(),
    hidden: hidden(),
    malformed: [],
  },
];

const BOATS = { entity_type: "tables", entity_name: "marina.north.boats" };

/** Puts a tag that is not governed on the table, and tells its key. */
async function tagged(world: WireWorld): Promise<string> {
  const key = world.fresh("tag");
  await world.sql(`ALTER TABLE marina.north.boats SET TAGS ('${key}' = 'x')`);
  return key;
}

const hiddenEntity = (ask: (entity_name: string) => Ask): readonly Hidden[] => [
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

const otherKind = (more: Ask): Refusal =>
  refusal(
    "a kind of entity that bears no tags",
    () => ({ path: { ...BOATS, entity_type: "functions", tag_key: "x" }, ...more }),
    /'functions' is not a kind of entity/,
  );

const notThere = (ask: Ask): Refusal => ({
  because: "a tag that it does not bear",
  ask: () => ask,
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
  message: /The tag 'no' is not assigned to this/,
});

const assignments: readonly Row[] = [
  {
    of: `POST ${TAGS}`,
    success: {
      ask: (world) => ({
        body: {
          entity_type: "columns",
          entity_name: "marina.north.boats.NAME",
          tag_key: world.fresh("tag"),
          tag_value: "v",
        },
      }),
      shows: ({ body }) =>
        assert.deepEqual([body.tag_value, body.entity_type, "inherited" in body], ["v", "columns", false]),
    },
    forbidden: browserMayNot({ body: { ...BOATS, tag_key: "x" } }),
    hidden: hiddenEntity((entity_name) => ({ body: { ...BOATS, entity_name, tag_key: "x" } })),
    malformed: [
      refusal(
        "a kind of entity that bears no tags",
        () => ({ body: { entity_type: "x", entity_name: "y", tag_key: "z" } }),
        /'x' is not a kind/,
      ),
      refusal(
        "a column without its name",
        () => ({ body: { ...BOATS, entity_type: "columns", tag_key: "z" } }),
        /catalog\.schema\.table\.column/,
      ),
      refusal(
        "a column that is not there",
        () => ({ body: { entity_type: "columns", entity_name: "marina.north.boats.mast", tag_key: "z" } }),
        /has no column 'mast'/,
      ),
    ],
    also: [
      {
        because: "a tag that it bears already",
        ask: async (world) => ({ body: { ...BOATS, tag_key: await tagged(world) } }),
        status: 409,
        code: "RESOURCE_ALREADY_EXISTS",
        message: /is assigned to this already/,
      },
    ],
  },
  {
    of: `GET ${TAGS}/{entity_type}/{entity_name}/tags`,
    success: {
      as: "reader",
      ask: async (world) => {
        await world.sql("ALTER CATALOG marina SET TAGS ('afloat')");
        return { path: BOATS };
      },
      shows: ({ body }) => {
        const found = (body.tag_assignments as JsonObject[]).find((one) => one.tag_key === "afloat");
        assert.deepEqual([found?.inherited, found?.entity_name], [true, "marina.north.boats"]);
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: hiddenEntity((entity_name) => ({ path: { ...BOATS, entity_name } })),
    malformed: [otherKind({})],
  },
  {
    of: `GET ${ONE}`,
    success: {
      as: "reader",
      ask: async (world) => ({ path: { ...BOATS, tag_key: await tagged(world) } }),
      shows: ({ body }) => assert.equal(body.tag_value, "x"),
    },
    forbidden: WHOEVER_KNOWS,
    hidden: hiddenEntity((entity_name) => ({ path: { ...BOATS, entity_name, tag_key: "x" } })),
    malformed: [otherKind({})],
    also: [notThere({ path: { ...BOATS, tag_key: "no" } })],
  },
  {
    of: `PATCH ${ONE}`,
    success: {
      ask: async (world) => ({ path: { ...BOATS, tag_key: await tagged(world) }, body: { tag_value: "y" } }),
      shows: ({ body }) => assert.equal(body.tag_value, "y"),
    },
    forbidden: browserMayNot({ path: { ...BOATS, tag_key: "x" }, body: { tag_value: "y" } }),
    hidden: hiddenEntity((entity_name) => ({
      path: { ...BOATS, entity_name, tag_key: "x" },
      body: { tag_value: "y" },
    })),
    malformed: [otherKind({ body: { tag_value: "y" } })],
    also: [notThere({ path: { ...BOATS, tag_key: "no" }, body: { tag_value: "y" } })],
  },
  {
    of: `DELETE ${ONE}`,
    success: {
      ask: async (world) => ({ path: { ...BOATS, tag_key: await tagged(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: browserMayNot({ path: { ...BOATS, tag_key: "x" } }),
    hidden: hiddenEntity((entity_name) => ({ path: { ...BOATS, entity_name, tag_key: "x" } })),
    malformed: [otherKind({})],
    also: [notThere({ path: { ...BOATS, tag_key: "no" } })],
  },
];

/** Of `hue`, or of an id of the same length that nothing has. */
const hiddenRules = (ask: (name: string) => Ask): readonly Hidden[] => [
  {
    as: ["neighbour", "stranger"],
    names: () => ["hue", "hux"],
    ask: async (id, world) => {
      await hue(world);
      return ask(ruleSet(world, id));
    },
    status: 404,
    code: "RESOURCE_DOES_NOT_EXIST",
  },
];

const otherSet = (ask: (name: string) => Ask): readonly Refusal[] => [
  refusal("a rule set of something else", () => ask("accounts/1/groups/2/ruleSets/default"), /A rule set is named/),
];

const otherAccount = (ask: (name: string) => Ask): Refusal => ({
  because: "another account",
  ask: () => ask("accounts/1/ruleSets/default"),
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
  message: /No account '1' is served here/,
});

const byName = (name: string): Ask => ({ query: { name, etag: "" } });
const putting =
  (grant_rules: readonly object[], etag = "") =>
  (name: string): Ask => ({ body: { name, rule_set: { name, etag, grant_rules } } });

const rules: readonly Row[] = [
  {
    of: `GET ${RULES}`,
    success: {
      ask: async (world) => byName(ruleSet(world, await hue(world))),
      shows: ({ body }) => {
        const rule = { role: "roles/tagPolicy.assigner", principals: ["users/reader@board.org"] };
        assert.deepEqual(body.grant_rules, [rule]);
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: hiddenRules(byName),
    malformed: otherSet(byName),
    also: [otherAccount(byName)],
  },
  {
    of: `PUT ${RULES}`,
    success: {
      ask: (world) => {
        const name = `accounts/${world.platform.services.site.account_id}/ruleSets/default`;
        return putting([{ role: "roles/tagPolicy.creator", principals: ["users/neighbour@board.org"] }])(name);
      },
      shows: async ({ body }, world) => {
        assert.deepEqual((body.grant_rules as JsonObject[])[0]!.principals, ["users/neighbour@board.org"]);
        const made = { body: { tag_key: world.fresh("tag") } };
        assert.equal((await world.send("POST", POLICIES, made, world.token("neighbour"))).status, 200);
        const again = putting([], String(body.etag))(String(body.name));
        assert.equal((await world.send("PUT", RULES, again, world.token("admin"))).status, 200);
        assert.equal((await world.send("POST", POLICIES, made, world.token("neighbour"))).status, 403);
      },
    },
    forbidden: [
      {
        because: "somebody who may only assign it",
        as: "reader",
        ask: async (world) => putting([])(ruleSet(world, await hue(world))),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /Ask the owner of Governed tag/,
      },
    ],
    hidden: hiddenRules(putting([])),
    malformed: [
      ...otherSet(putting([])),
      refusal(
        "a role of another rule set",
        async (world) => putting([{ role: "roles/tagPolicy.creator" }])(ruleSet(world, await hue(world))),
        /'roles\/tagPolicy\.creator' is no role of this rule set/,
      ),
      refusal(
        "a principal of no kind",
        async (world) =>
          putting([{ role: "roles/tagPolicy.assigner", principals: ["reader@board.org"] }])(
            ruleSet(world, await hue(world)),
          ),
        /names no principal/,
      ),
    ],
    also: [
      otherAccount(putting([])),
      {
        because: "rules that were changed since they were read",
        ask: async (world) => putting([], "older")(ruleSet(world, await hue(world))),
        status: 409,
        code: "RESOURCE_CONFLICT",
        message: /changed since it was read/,
      },
    ],
  },
];

export const tagRows: readonly Row[] = [...policies, ...assignments, ...rules];
