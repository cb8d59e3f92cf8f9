import { Type } from "typebox";
import { catalog as catalogNamed, schema, table, type What } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { paging } from "#wire/unity-catalog/paging.ts";
import { PolicyInfo, PolicyList, type PolicySaid, policyFields } from "#wire/unity-catalog/policies.ts";
import { endpoint } from "../endpoint.ts";
import { fieldsToUpdate } from "../update-mask.ts";
import { fromPage, pageOf } from "./page.ts";
import { policyInfo, policySaid } from "./policy-info.ts";

/** Row filters and column masks that go by tags. Source: databricks-sdk-py `service/catalog.py` PoliciesAPI. */
const PATH = "/api/2.1/unity-catalog/policies";
const ON = `${PATH}/{on_securable_type}/{on_securable_fullname}`;
const text = Type.String({ minLength: 1 });
const target = { on_securable_type: text, on_securable_fullname: text };

const named: Readonly<Record<string, (name: string) => What>> = { CATALOG: catalogNamed, SCHEMA: schema, TABLE: table };

function on(input: { readonly on_securable_type: string; readonly on_securable_fullname: string }): What {
  const type = input.on_securable_type.toUpperCase();
  if (Object.hasOwn(named, type)) return named[type]!(input.on_securable_fullname);
  throw new Fault(
    "INVALID_PARAMETER_VALUE",
    `Policies are not made on '${input.on_securable_type.slice(0, 100)}': use ${Object.keys(named).join(", ")}.`,
  );
}

export const createPolicy = endpoint({
  method: "POST",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({ ...target, ...policyFields }),
  output: PolicyInfo,
  what: on,
  action: "policies.update",
  run: async ({ catalog }, permit, input) => {
    await catalog.metastore.createPolicy(permit, policySaid(input), { replace: false });
    return policyInfo(await catalog.metastore.policy(permit, input.name));
  },
});

export const listPolicies = endpoint({
  method: "GET",
  path: ON,
  scope: "unity-catalog",
  input: Type.Object({ ...target, include_inherited: Type.Optional(Type.Boolean()), ...paging }),
  output: PolicyList,
  what: on,
  action: "policies.read",
  run: async ({ catalog }, permit, input) => {
    const found = await catalog.metastore.policies(permit, { inherited: input.include_inherited ?? false });
    const listed = found.map((policy) => ({ name: `${policy.name} ${policy.on.name}`, policy }));
    const { items, next } = pageOf(fromPage(listed, input.page_token), input.max_results);
    return { policies: items.map((one) => policyInfo(one.policy)), ...next };
  },
});

export const getPolicy = endpoint({
  method: "GET",
  path: `${ON}/{name}`,
  scope: "unity-catalog",
  input: Type.Object({ ...target, name: text }),
  output: PolicyInfo,
  what: on,
  action: "policies.read",
  run: async ({ catalog }, permit, input) => policyInfo(await catalog.metastore.policy(permit, input.name)),
});

/** What an update may say. The kind of a policy stays what it is, and its name, since the path's word for it counts. */
const changeable = [
  "comment",
  "to_principals",
  "except_principals",
  "when_condition",
  "match_columns",
  "row_filter",
  "column_mask",
  "for_securable_type",
  "policy_type",
] as const;

const { name: _name, ...restFields } = policyFields;
const optional = Object.fromEntries(Object.entries(restFields).map(([name, of]) => [name, Type.Optional(of)]));

export const updatePolicy = endpoint({
  method: "PATCH",
  path: `${ON}/{name}`,
  scope: "unity-catalog",
  input: Type.Object({
    ...target,
    name: text,
    update_mask: Type.Optional(Type.String()),
    ...(optional as { [K in keyof typeof restFields]: ReturnType<typeof Type.Optional<(typeof restFields)[K]>> }),
  }),
  output: PolicyInfo,
  what: on,
  action: "policies.update",
  run: async ({ catalog }, permit, input) => {
    const fields = fieldsToUpdate(input.update_mask, input, changeable);
    const before = policyInfo(await catalog.metastore.policy(permit, input.name));
    const changed = Object.fromEntries([...fields].map((name) => [name, input[name as keyof typeof input]]));
    const said = { ...before, ...changed, name: before.name } as PolicySaid;
    if (said.policy_type !== before.policy_type)
      throw new Fault(
        "INVALID_PARAMETER_VALUE",
        "A filter does not become a mask, nor a mask a filter: make another policy.",
      );
    await catalog.metastore.changePolicy(
      permit,
      before.name,
      policySaid({ ...said, to_principals: said.to_principals ?? [] }),
    );
    return policyInfo(await catalog.metastore.policy(permit, before.name));
  },
});

export const deletePolicy = endpoint({
  method: "DELETE",
  path: `${ON}/{name}`,
  scope: "unity-catalog",
  input: Type.Object({ ...target, name: text }),
  output: Type.Object({}),
  what: on,
  action: "policies.update",
  run: async ({ catalog }, permit, input) => {
    await catalog.metastore.dropPolicy(permit, input.name);
    return {};
  },
});
