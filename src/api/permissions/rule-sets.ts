import { createHash } from "node:crypto";
import { type Static, Type } from "typebox";
import { type Grant, metastore, tagPolicy, type What } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Privilege } from "#wire/privileges.ts";
import { GrantRule, RuleSet } from "#wire/unity-catalog/tags.ts";
import { assertAccount } from "../accounts/account.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Services } from "../services.ts";

/**
 * Who may create governed tags, and manage or assign one. Source: databricks-sdk-py `service/iam.py`
 * AccountAccessControlProxyAPI; the account's other rule sets are not kept here.
 */
const PATH = "/api/2.0/preview/accounts/access-control/rule-sets";
const NAME = /^accounts\/([^/]+)\/(?:tagPolicies\/([^/]+)\/)?ruleSets\/default$/;

const accountRoles: Readonly<Record<string, Privilege>> = { "roles/tagPolicy.creator": "CREATE_GOVERNED_TAG" };
const tagRoles: Readonly<Record<string, Privilege>> = {
  "roles/tagPolicy.manager": "MANAGE",
  "roles/tagPolicy.assigner": "ASSIGN",
};

const principalKinds = { users: "user", groups: "group", servicePrincipals: "service_principal" } as const;

interface Named {
  readonly account_id: string;
  readonly tag_policy_id: string | undefined;
}

function parse(name: string): Named {
  const [, account_id, tag_policy_id] = NAME.exec(name) ?? [];
  if (account_id !== undefined) return { account_id, tag_policy_id };
  throw new Fault(
    "INVALID_PARAMETER_VALUE",
    "A rule set is named accounts/<account id>/ruleSets/default, or accounts/<account id>/tagPolicies/<id>/ruleSets/default.",
  );
}

function ruled(input: { readonly name: string }): What {
  const { tag_policy_id } = parse(input.name);
  return tag_policy_id === undefined ? metastore : tagPolicy(tag_policy_id);
}

const rolesOf = (what: What) => (what.type === "METASTORE" ? accountRoles : tagRoles);

type Rules = readonly Static<typeof GrantRule>[];

/** The rules that the grants come to, in an order of their own, and the tag of this version of them. */
async function ruleSetOf({ identity }: Pick<Services, "identity">, name: string, what: What, grants: readonly Grant[]) {
  const rules = await Promise.all(
    Object.entries(rolesOf(what)).map(async ([role, privilege]) => {
      const held = grants.filter((one) => one.privileges.includes(privilege)).map((one) => one.principal);
      const principals = await Promise.all(held.map((one) => resourceOf(identity, one)));
      return { role, principals: principals.filter((one) => one !== undefined).toSorted() };
    }),
  );
  const grant_rules = rules.filter((one) => one.principals.length > 0);
  const etag = createHash("sha256").update(JSON.stringify(grant_rules)).digest("base64url");
  return { name, etag, grant_rules };
}

/** A grant to a principal that is gone reaches nobody: it is not shown. */
async function resourceOf(identity: Services["identity"], principal: string): Promise<string | undefined> {
  if (await identity.groups.find(principal)) return `groups/${principal}`;
  if (await identity.users.find(principal)) return `users/${principal}`;
  return (await identity.servicePrincipals.find(principal)) ? `servicePrincipals/${principal}` : undefined;
}

/** The principals that the rules give each privilege to. @throws Fault INVALID_PARAMETER_VALUE for a role or principal of another kind. */
function wanted(rules: Rules, what: What): ReadonlyMap<Privilege, ReadonlySet<string>> {
  const roles = rolesOf(what);
  const given = new Map<Privilege, Set<string>>(Object.values(roles).map((privilege) => [privilege, new Set()]));
  for (const { role, principals = [] } of rules) {
    if (!Object.hasOwn(roles, role))
      throw new Fault(
        "INVALID_PARAMETER_VALUE",
        `'${role.slice(0, 100)}' is no role of this rule set: use ${Object.keys(roles).join(" or ")}.`,
      );
    for (const principal of principals) {
      const slash = principal.indexOf("/");
      if (slash < 0 || !Object.hasOwn(principalKinds, principal.slice(0, slash)))
        throw new Fault(
          "INVALID_PARAMETER_VALUE",
          `'${principal.slice(0, 100)}' names no principal: write users/, groups/ or servicePrincipals/ and its name.`,
        );
      given.get(roles[role]!)!.add(principal.slice(slash + 1));
    }
  }
  return given;
}

function changes(given: ReadonlyMap<Privilege, ReadonlySet<string>>, grants: readonly Grant[]) {
  const held = new Map(grants.map((one) => [one.principal, new Set(one.privileges)]));
  const principals = new Set([...held.keys(), ...[...given.values()].flatMap((one) => [...one])]);
  return [...principals].map((principal) => ({
    principal,
    add: [...given].flatMap(([privilege, to]) =>
      to.has(principal) && !held.get(principal)?.has(privilege) ? [privilege] : [],
    ),
    remove: [...given].flatMap(([privilege, to]) =>
      !to.has(principal) && held.get(principal)?.has(privilege) ? [privilege] : [],
    ),
  }));
}

const getRuleSet = endpoint({
  method: "GET",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({ name: Type.String(), etag: Type.Optional(Type.String()) }),
  output: RuleSet,
  what: ruled,
  action: "grants.read",
  run: async (services, permit, { name }) => {
    assertAccount(parse(name).account_id, services.site);
    return ruleSetOf(services, name, permit.what, await services.catalog.metastore.grants(permit));
  },
});

const updateRuleSet = endpoint({
  method: "PUT",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({
    name: Type.String(),
    rule_set: Type.Object({
      name: Type.Optional(Type.String()),
      etag: Type.Optional(Type.String()),
      grant_rules: Type.Optional(Type.Array(GrantRule)),
    }),
  }),
  output: RuleSet,
  what: ruled,
  action: "grants.update",
  run: async (services, permit, { name, rule_set }) => {
    assertAccount(parse(name).account_id, services.site);
    const { metastore: store, grants: all } = services.catalog;
    const given = wanted(rule_set.grant_rules ?? [], permit.what);
    const before = await all.changed(permit);
    const { etag } = await ruleSetOf(services, name, permit.what, before);
    if (rule_set.etag && rule_set.etag !== etag)
      throw new Fault(
        "RESOURCE_CONFLICT",
        "The rule set was changed since it was read. Read it again, then change it.",
      );
    await store.changeGrants(
      permit,
      changes(given, before).filter((one) => one.add.length + one.remove.length > 0),
    );
    return ruleSetOf(services, name, permit.what, await all.changed(permit));
  },
});

export const ruleSetEndpoints: readonly Endpoint[] = Object.freeze([getRuleSet, updateRuleSet]);
