import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, type Never, never, type Refusal, type Row } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

/** Whose policies, and what their tests need. */
interface Owner {
  readonly root: string;
  readonly isPrincipal: boolean;
}

const owners: readonly Owner[] = [
  { root: "/api/2.0/accounts/{account_id}", isPrincipal: false },
  { root: "/api/2.0/accounts/{account_id}/servicePrincipals/{service_principal_id}", isPrincipal: true },
];

const account = (world: WireWorld) => world.platform.services.site.account_id;

function rowsOf({ root, isPrincipal }: Owner): readonly Row[] {
  const path = `${root}/federationPolicies`;
  const to = (world: WireWorld, more: Record<string, string> = {}): Ask => ({
    path: {
      account_id: account(world),
      ...(isPrincipal && { service_principal_id: world.client_id }),
      ...more,
    },
  });
  const oidc = (world: WireWorld) => ({
    issuer: `https://${world.fresh("idp").replace("_", "-")}.example`,
    ...(isPrincipal && { subject: "the program" }),
  });
  /** A policy that is there while `use` runs; the account takes five at most, so each test takes its own away. */
  const made = async (world: WireWorld): Promise<string> => {
    const { body } = await world.send("GET", path, to(world), world.token("admin"));
    for (const { policy_id } of body.policies as JsonObject[])
      await world.send(
        "DELETE",
        `${path}/{policy_id...}`,
        to(world, { policy_id: String(policy_id) }),
        world.token("admin"),
      );
    const created = await world.send(
      "POST",
      path,
      { ...to(world), body: { oidc_policy: oidc(world) } },
      world.token("admin"),
    );
    return String(created.body.policy_id);
  };
  const one = async (world: WireWorld): Promise<Ask> => to(world, { policy_id: await made(world) });
  const forbidden = (ask: Refusal["ask"]): readonly Refusal[] | Never =>
    isPrincipal
      ? never("whoever does not administer the account knows of no service principal")
      : [
          {
            because: "somebody who administers nothing",
            as: "reader",
            ask,
            status: 403,
            code: "PERMISSION_DENIED",
            message: /ownership of WORKSPACE/,
          },
        ];
  /** Of a service principal there is nothing to know; of the account, not even whether it is this one. */
  const hidden = (more: Record<string, string> = {}): readonly Hidden[] => [
    {
      as: ["reader", "stranger"],
      names: (world) => [isPrincipal ? world.client_id : account(world), "00000000-0000-7000-8000-000000000000"],
      ask: (id, world) => to(world, { [isPrincipal ? "service_principal_id" : "account_id"]: id, ...more }),
      status: isPrincipal ? 404 : 403,
      code: isPrincipal ? "RESOURCE_DOES_NOT_EXIST" : "PERMISSION_DENIED",
    },
  ];
  const invalid = (because: string, ask: Refusal["ask"], message: RegExp): Refusal => ({
    because,
    ask,
    status: 400,
    code: "INVALID_PARAMETER_VALUE",
    message,
  });
  const elsewhere = (more: Record<string, string> = {}): Refusal => ({
    because: "the id of another account",
    ask: (world) => to(world, { account_id: "another", ...more }),
    status: 404,
    code: "RESOURCE_DOES_NOT_EXIST",
    message: /No account 'another' is served here/,
  });
  const missing: Refusal = {
    because: "a policy that there is not",
    ask: (world) => to(world, { policy_id: "none" }),
    status: 404,
    code: "RESOURCE_DOES_NOT_EXIST",
    message: /No federation policy has the id 'none'/,
  };
  const isPolicy = ({ body }: { body: JsonObject }) =>
    assert.match(String((body.oidc_policy as JsonObject).issuer), /^https:\/\/idp-\d+\.example$/);
  return [
    {
      of: `POST ${path}`,
      success: {
        ask: async (world) => {
          await made(world);
          return { ...to(world), body: { oidc_policy: oidc(world) } };
        },
        shows: isPolicy,
      },
      forbidden: forbidden((world) => ({ ...to(world), body: { oidc_policy: oidc(world) } })),
      hidden: hidden(),
      malformed: [
        invalid(
          "an issuer that is not https",
          (world) => ({ ...to(world), body: { oidc_policy: { ...oidc(world), issuer: "http://idp.example" } } }),
          /https URL/,
        ),
        invalid("no issuer", (world) => ({ ...to(world), body: {} }), /oidc_policy\.issuer/),
      ],
      also: [elsewhere()],
    },
    {
      of: `GET ${path}`,
      success: {
        ask: async (world) => {
          await made(world);
          return to(world);
        },
        shows: ({ body }) => {
          const [first] = body.policies as JsonObject[];
          isPolicy({ body: first! });
        },
      },
      forbidden: forbidden(to),
      hidden: hidden(),
      malformed: [
        invalid(
          "a page_token that is not of this list",
          (world) => ({ ...to(world), query: { page_token: "!" } }),
          /'page_token' is not one of this list/,
        ),
      ],
      also: [elsewhere()],
    },
    {
      of: `GET ${path}/{policy_id...}`,
      success: { ask: one, shows: isPolicy },
      forbidden: forbidden((world) => to(world, { policy_id: "none" })),
      hidden: hidden({ policy_id: "none" }),
      malformed: isPrincipal ? never("it takes ids in its path alone") : [],
      also: [elsewhere({ policy_id: "none" }), missing],
    },
    {
      of: `PATCH ${path}/{policy_id...}`,
      success: {
        ask: async (world) => ({ ...(await one(world)), body: { description: "changed" } }),
        shows: ({ body }) => assert.equal(body.description, "changed"),
      },
      forbidden: forbidden((world) => to(world, { policy_id: "none" })),
      hidden: hidden({ policy_id: "none" }),
      malformed: [
        invalid(
          "a mask that names what cannot be changed",
          async (world) => ({ ...(await one(world)), body: { update_mask: "uid" } }),
          /'update_mask' cannot name 'uid'/,
        ),
      ],
      also: [elsewhere({ policy_id: "none" }), missing],
    },
    {
      of: `DELETE ${path}/{policy_id...}`,
      success: { ask: one, shows: ({ body }) => assert.deepEqual(body, {}) },
      forbidden: forbidden((world) => to(world, { policy_id: "none" })),
      hidden: hidden({ policy_id: "none" }),
      malformed: [],
      also: [elsewhere({ policy_id: "none" }), missing],
    },
  ];
}

export const federationRows: readonly Row[] = owners.flatMap(rowsOf);
