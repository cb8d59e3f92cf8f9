import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, never, type Refusal, type Row } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

const ADMINISTRATORS = never("whoever does not administer the account knows of no service principal");

const unknown = (world: WireWorld): readonly [string, string] => [
  world.client_id,
  "00000000-0000-7000-8000-000000000000",
];

/** The account's path and the workspace's. */
const variants: readonly { readonly path: string; readonly account: (world: WireWorld) => Record<string, string> }[] = [
  {
    path: "/api/2.0/accounts/{account_id}/servicePrincipals/{service_principal_id}/credentials/secrets",
    account: ({ platform }) => ({ account_id: platform.services.site.account_id }),
  },
  { path: "/api/2.0/accounts/servicePrincipals/{service_principal_id}/credentials/secrets", account: () => ({}) },
];

export const secretRows: readonly Row[] = variants.flatMap(({ path, account }): readonly Row[] => {
  const hidden: Hidden = {
    as: ["reader", "stranger"],
    names: unknown,
    ask: (service_principal_id, world) => ({ path: { ...account(world), service_principal_id, secret_id: "x" } }),
    status: 404,
    code: "RESOURCE_DOES_NOT_EXIST",
  };
  const of = (world: WireWorld, more: Record<string, string> = {}): Ask => ({
    path: { ...account(world), service_principal_id: world.client_id, ...more },
  });
  const fresh = async (world: WireWorld): Promise<string> => {
    const { identity } = world.platform.services;
    return (await identity.servicePrincipals.create({ display_name: "one more" })).id;
  };
  const elsewhere: readonly Refusal[] = path.includes("{account_id}")
    ? [
        {
          because: "the id of another account",
          ask: (world) => of(world, { account_id: "another", secret_id: "x" }),
          status: 404,
          code: "RESOURCE_DOES_NOT_EXIST",
          message: /No account 'another' is served here/,
        },
      ]
    : [];
  return [
    {
      of: `POST ${path}`,
      success: {
        ask: async (world) => ({
          ...of(world, { service_principal_id: await fresh(world) }),
          body: { lifetime: "60s" },
        }),
        shows: ({ body }) => assert.match(String(body.secret), /^dose/),
      },
      forbidden: ADMINISTRATORS,
      hidden: [hidden],
      malformed: [
        {
          because: "a lifetime without its unit",
          ask: (world) => ({ ...of(world), body: { lifetime: "60" } }),
          status: 400,
          code: "INVALID_PARAMETER_VALUE",
          message: /number of seconds with an s/,
        },
        {
          because: "a scope that there is not",
          ask: (world) => ({ ...of(world), body: { scopes: ["sql", "root"] } }),
          status: 400,
          code: "INVALID_SCOPE",
          message: /Unknown scopes: 'root'/,
        },
      ],
      also: elsewhere,
    },
    {
      of: `GET ${path}`,
      success: {
        ask: (world) => of(world),
        shows: ({ body }) => {
          const [one] = body.secrets as JsonObject[];
          assert.deepEqual([one?.status, one?.scopes, "secret" in one!], ["ACTIVE", ["sql"], false]);
        },
      },
      forbidden: ADMINISTRATORS,
      hidden: [hidden],
      malformed: [
        {
          because: "a page_token that is not of this list",
          ask: (world) => ({ ...of(world), query: { page_token: "!" } }),
          status: 400,
          code: "INVALID_PARAMETER_VALUE",
          message: /'page_token' is not one of this list/,
        },
      ],
      also: elsewhere,
    },
    {
      of: `DELETE ${path}/{secret_id}`,
      success: {
        ask: async (world) => {
          const service_principal_id = await fresh(world);
          const { id } = await world.platform.services.identity.secrets.create(service_principal_id);
          return of(world, { service_principal_id, secret_id: id });
        },
        shows: ({ body }) => assert.deepEqual(body, {}),
      },
      forbidden: ADMINISTRATORS,
      hidden: [hidden],
      malformed: [],
      also: [
        ...elsewhere,
        {
          because: "a secret that there is not",
          ask: (world) => of(world, { secret_id: "none" }),
          status: 404,
          code: "RESOURCE_DOES_NOT_EXIST",
          message: /No live secret has the id 'none'/,
        },
      ],
    },
  ];
});
