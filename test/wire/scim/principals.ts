import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import {
  ANYONE,
  type Hidden,
  type Never,
  NOTHING_NAMED,
  never,
  type Refusal,
  type Row,
  WHOEVER_KNOWS,
} from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

/** A kind of principal, and what its tests need. */
interface Kind {
  readonly segment: "Users" | "Groups" | "ServicePrincipals";
  readonly schema: string;
  /** A new one, and what it is called. */
  readonly sent: (world: WireWorld) => Record<string, string>;
  readonly made: (world: WireWorld) => Promise<string>;
  /** Whether everybody may know of each by name. */
  readonly isKnown: boolean;
}

const kinds: readonly Kind[] = [
  {
    segment: "Users",
    schema: "urn:ietf:params:scim:schemas:core:2.0:User",
    sent: (world) => ({ userName: `${world.fresh("person")}@board.org` }),
    made: async ({ platform, fresh }) =>
      (await platform.services.identity.users.create({ name: `${fresh("person")}@board.org` })).id,
    isKnown: true,
  },
  {
    segment: "Groups",
    schema: "urn:ietf:params:scim:schemas:core:2.0:Group",
    sent: (world) => ({ displayName: world.fresh("crew") }),
    made: async ({ platform, fresh }) => (await platform.services.identity.groups.create({ name: fresh("crew") })).id,
    isKnown: true,
  },
  {
    segment: "ServicePrincipals",
    schema: "urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal",
    sent: (world) => ({ displayName: world.fresh("program") }),
    made: async ({ platform, fresh }) =>
      (await platform.services.identity.servicePrincipals.create({ display_name: fresh("program") })).id,
    isKnown: false,
  },
];

/** The account's path and the workspace's. */
const roots: readonly { readonly root: string; readonly account: (world: WireWorld) => Record<string, string> }[] = [
  { root: "/api/2.0/preview/scim/v2", account: () => ({}) },
  {
    root: "/api/2.0/accounts/{account_id}/scim/v2",
    account: ({ platform }) => ({ account_id: platform.services.site.account_id }),
  },
];

const patch = { Operations: [{ op: "replace", path: "externalId", value: "changed" }] };

const scim = (because: string, ask: Refusal["ask"], message: RegExp): Refusal => ({
  because,
  ask,
  status: 400,
  code: "400",
  message,
});

function rowsOf({ root, account }: (typeof roots)[number], kind: Kind): readonly Row[] {
  const path = `${root}/${kind.segment}`;
  const to = (world: WireWorld, more: Record<string, string> = {}): Ask => ({ path: { ...account(world), ...more } });
  const elsewhere: readonly Refusal[] = root.includes("{account_id}")
    ? [
        {
          because: "the id of another account",
          ask: async (world) => ({
            path: { account_id: "another", id: await kind.made(world) },
          }),
          status: 404,
          code: "404",
          message: /No account 'another' is served here/,
        },
      ]
    : [];
  const withBody = (body: object): readonly Refusal[] =>
    elsewhere.map((one) => ({
      ...one,
      ask: async (world: WireWorld) => ({ ...(await one.ask(world)), body: { ...kind.sent(world), ...body } }),
    }));
  const notAdmin = (ask: Refusal["ask"]): readonly Refusal[] => [
    {
      because: "somebody who administers nothing",
      as: "reader",
      ask,
      status: 403,
      code: "403",
      message: /ownership of (WORKSPACE|USER|GROUP)/,
    },
  ];
  /** A service principal is known to administrators alone; of users and groups, it is none. */
  const hidden = (body?: (world: WireWorld) => object): readonly Hidden[] => [
    {
      as: ["reader", "stranger"],
      names: (world) => [world.client_id, "00000000-0000-7000-8000-000000000000"],
      ask: (id, world) => ({ ...to(world, { id }), ...(body && { body: body(world) }) }),
      status: 404,
      code: "404",
    },
  ];
  const one = async (world: WireWorld): Promise<Ask> => to(world, { id: await kind.made(world) });
  const changing = (world: WireWorld) => ({ ...patch, ...kind.sent(world) });
  const forbidden = (body?: (world: WireWorld) => object): readonly Refusal[] | Never =>
    kind.isKnown
      ? notAdmin(async (world) => ({ ...(await one(world)), ...(body && { body: body(world) }) }))
      : never("whoever does not administer the account knows of no service principal");
  return [
    {
      of: `GET ${path}`,
      success: {
        ask: async (world) => {
          await kind.made(world);
          return to(world);
        },
        shows: ({ body }) => {
          assert.deepEqual(body.schemas, ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]);
          assert.equal((body.Resources as JsonObject[]).length, body.itemsPerPage);
        },
      },
      forbidden: kind.isKnown ? ANYONE : notAdmin(to),
      hidden: NOTHING_NAMED,
      malformed: [
        scim(
          "a filter that is none",
          (world) => ({ ...to(world), query: { filter: "displayName gt 1" } }),
          /'gt' is not an operator/,
        ),
        scim(
          "an order by what there is not",
          (world) => ({ ...to(world), query: { sortBy: "password" } }),
          /'password' is not an attribute/,
        ),
      ],
      also: elsewhere,
    },
    {
      of: `POST ${path}`,
      success: {
        ask: (world) => ({ ...to(world), body: kind.sent(world) }),
        status: 201,
        shows: ({ body }) => {
          assert.deepEqual(body.schemas, [kind.schema]);
          assert.match(String(body.id), /^\d{16}$/);
        },
      },
      forbidden: notAdmin((world) => ({ ...to(world), body: kind.sent(world) })),
      hidden: never("it names what is not there yet"),
      malformed: [
        scim(
          "a group that is not there",
          (world) => ({ ...to(world), body: { ...kind.sent(world), groups: [{ value: "1" }] } }),
          /No group has the id '1'/,
        ),
      ],
      also: withBody({}),
    },
    {
      of: `GET ${path}/{id}`,
      success: { ask: one, shows: ({ body }) => assert.deepEqual(body.schemas, [kind.schema]) },
      forbidden: kind.isKnown ? WHOEVER_KNOWS : never("whoever does not administer the account knows of none"),
      hidden: hidden(),
      malformed: [],
      also: elsewhere,
    },
    {
      of: `PUT ${path}/{id}`,
      success: {
        ask: async (world) => ({ ...(await one(world)), body: { ...kind.sent(world), externalId: "changed" } }),
        shows: ({ body }) => assert.equal(body.externalId, "changed"),
      },
      forbidden: forbidden(changing),
      hidden: hidden(changing),
      malformed: [],
      also: withBody({}),
    },
    {
      of: `PATCH ${path}/{id}`,
      success: {
        ask: async (world) => ({ ...(await one(world)), body: patch }),
        shows: ({ body }) => assert.equal(body.externalId, "changed"),
      },
      forbidden: forbidden(changing),
      hidden: hidden(changing),
      malformed: [
        scim(
          "an operation that is none",
          async (world) => ({ ...(await one(world)), body: { Operations: [{ op: "move", path: "externalId" }] } }),
          /'move' is not an operation/,
        ),
        scim(
          "a path to what cannot be changed",
          async (world) => ({ ...(await one(world)), body: { Operations: [{ op: "add", path: "x", value: "y" }] } }),
          /'x' cannot be changed so/,
        ),
      ],
      also: withBody(patch),
    },
    {
      of: `DELETE ${path}/{id}`,
      success: { ask: one, status: 204, shows: ({ text }) => assert.equal(text, "") },
      forbidden: forbidden(),
      hidden: hidden(),
      malformed: [],
      also: elsewhere,
    },
  ];
}

export const principalRows: readonly Row[] = roots.flatMap((root) => kinds.flatMap((kind) => rowsOf(root, kind)));
