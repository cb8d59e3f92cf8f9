import { type Static, Type } from "typebox";
import { servicePrincipal, type What, workspace } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import {
  FederationPolicyInfo,
  FederationPolicyList,
  type SentOidcPolicy,
  sentPolicy,
} from "#wire/identity/federation.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Services } from "../services.ts";
import { assertAccount } from "./account.ts";
import { pageInput, pageOf } from "./page.ts";

/** Source: databricks-sdk-py `service/oauth2.py` AccountFederationPolicyAPI, ServicePrincipalFederationPolicyAPI. */
const ACCOUNT = "/api/2.0/accounts/{account_id}";

const id = Type.String({ minLength: 1 });

/** Whose policies: the account's, or a service principal's. */
const owners: readonly { readonly root: string; readonly isPrincipal: boolean }[] = [
  { root: ACCOUNT, isPrincipal: false },
  { root: `${ACCOUNT}/servicePrincipals/{service_principal_id}`, isPrincipal: true },
];

interface Target {
  readonly account_id: string;
  readonly service_principal_id?: string;
}

export const federationPolicyEndpoints: readonly Endpoint[] = owners.flatMap(({ root, isPrincipal }) => {
  const path = `${root}/federationPolicies`;
  const target = { account_id: id, service_principal_id: isPrincipal ? id : Type.Optional(id) };
  const what = (input: Target): What => (isPrincipal ? servicePrincipal(input.service_principal_id!) : workspace);
  const common = { scope: "authentication", what } as const;
  return [
    endpoint({
      ...common,
      method: "POST",
      path,
      action: "federation_policy.create",
      input: Type.Object({ ...target, policy_id: Type.Optional(Type.String()), ...sentPolicy }),
      output: FederationPolicyInfo,
      run: async ({ identity, site }, permit, input) => {
        assertAccount(input.account_id, site);
        const { policy_id, oidc_policy, description } = input;
        if (!oidc_policy?.issuer)
          throw new Fault("INVALID_PARAMETER_VALUE", "Missing required field: oidc_policy.issuer");
        const asked = { ...oidc_policy, issuer: oidc_policy.issuer, ...(description && { description }) };
        if (policy_id) assertName(input, policy_id);
        return infoOf(await identity.federation.create(permit, asked, policy_id), site.account_id);
      },
    }),
    endpoint({
      ...common,
      method: "GET",
      path,
      action: "federation_policy.read",
      input: Type.Object({ ...target, ...pageInput }),
      output: FederationPolicyList,
      run: async ({ identity, site }, permit, input) => {
        assertAccount(input.account_id, site);
        const { items, next } = pageOf(await identity.federation.list(permit), input, (one) => one.policy_id);
        return { policies: items.map((one) => infoOf(one, site.account_id)), ...next };
      },
    }),
    endpoint({
      ...common,
      method: "GET",
      path: `${path}/{policy_id...}`,
      action: "federation_policy.read",
      input: Type.Object({ ...target, policy_id: id }),
      output: FederationPolicyInfo,
      run: async ({ identity, site }, permit, input) => {
        assertAccount(input.account_id, site);
        return infoOf(await identity.federation.read(permit, input.policy_id), site.account_id);
      },
    }),
    endpoint({
      ...common,
      method: "PATCH",
      path: `${path}/{policy_id...}`,
      action: "federation_policy.update",
      input: Type.Object({ ...target, policy_id: id, update_mask: Type.Optional(Type.String()), ...sentPolicy }),
      output: FederationPolicyInfo,
      run: async ({ identity, site }: Services, permit, input) => {
        assertAccount(input.account_id, site);
        assertName(input, input.policy_id);
        const asked = {
          ...input.oidc_policy,
          ...(input.description !== undefined && { description: input.description }),
        };
        const masked = maskedFields(input.update_mask, asked);
        return infoOf(await identity.federation.update(permit, input.policy_id, asked, masked), site.account_id);
      },
    }),
    endpoint({
      ...common,
      method: "DELETE",
      path: `${path}/{policy_id...}`,
      action: "federation_policy.delete",
      input: Type.Object({ ...target, policy_id: id }),
      output: Type.Object({}),
      run: async ({ identity, site }, permit, input) => {
        assertAccount(input.account_id, site);
        await identity.federation.delete(permit, input.policy_id);
        return {};
      },
    }),
  ];
});

type Field = keyof Static<typeof SentOidcPolicy> | "description";

const oidcFields: readonly Field[] = ["issuer", "audiences", "subject_claim", "subject", "jwks_uri", "jwks_json"];

/** What each word of a mask stands for. */
const masks: Readonly<Record<string, readonly Field[]>> = {
  "*": ["description", ...oidcFields],
  description: ["description"],
  oidc_policy: oidcFields,
  ...Object.fromEntries(oidcFields.map((field) => [`oidc_policy.${field}`, [field]])),
};

/** Without a mask, the fields that were sent. @throws Fault INVALID_PARAMETER_VALUE naming a word that is none. */
function maskedFields(mask: string | undefined, sent: object): readonly Field[] {
  if (!mask) return masks["*"]!.filter((field) => Object.hasOwn(sent, field));
  return mask.split(",").flatMap((word) => {
    if (Object.hasOwn(masks, word)) return masks[word]!;
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `'update_mask' cannot name '${word}': use ${Object.keys(masks).join(", ")}.`,
    );
  });
}

/** @throws Fault INVALID_PARAMETER_VALUE when the body names another policy than the URL. */
function assertName(input: Target & { readonly name?: string }, policy_id: string): void {
  if (!input.name || input.name === nameOf(input.account_id, input.service_principal_id, policy_id)) return;
  throw new Fault("INVALID_PARAMETER_VALUE", "'name' names another policy than the URL does. Leave it out.");
}

const nameOf = (account_id: string, principal_id: string | null | undefined, policy_id: string): string =>
  `accounts/${account_id}/${principal_id ? `servicePrincipals/${principal_id}/` : ""}federationPolicies/${policy_id}`;

interface Policy {
  readonly uid: string;
  readonly policy_id: string;
  readonly principal_id: string | null;
  readonly description: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly subject_claim: string;
  readonly subject: string | null;
  readonly jwks_uri: string | null;
  readonly jwks_json: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

function infoOf(policy: Policy, account_id: string): FederationPolicyInfo {
  const { policy_id, uid, principal_id, description, subject, jwks_uri, jwks_json } = policy;
  return {
    name: nameOf(account_id, principal_id, policy_id),
    policy_id,
    uid,
    description,
    ...(principal_id !== null && { service_principal_id: Number(principal_id) }),
    oidc_policy: {
      issuer: policy.issuer,
      audiences: [...policy.audiences],
      subject_claim: policy.subject_claim,
      ...(subject !== null && { subject }),
      ...(jwks_uri !== null && { jwks_uri }),
      ...(jwks_json !== null && { jwks_json }),
    },
    create_time: policy.created_at.toISOString(),
    update_time: policy.updated_at.toISOString(),
  };
}
