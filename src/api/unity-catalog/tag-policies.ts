import { Type } from "typebox";
import { metastore, type TagPolicy, tagPolicy } from "#kernel/mod.ts";
import {
  type TagPolicyInfo,
  TagPolicyList,
  TagPolicyInfo as TagPolicyShape,
  TagValue,
} from "#wire/unity-catalog/tags.ts";
import { endpoint } from "../endpoint.ts";
import { fieldsToUpdate } from "../update-mask.ts";
import { fromPage, pageOf } from "./page.ts";

/** Governed tags. Source: databricks-sdk-py `service/tags.py` TagPoliciesAPI. */
const PATH = "/api/2.1/tag-policies";
const tag_key = Type.String({ minLength: 1 });
const fields = {
  description: Type.Optional(Type.String()),
  values: Type.Optional(Type.Array(TagValue)),
};

const tagPolicyInfo = (found: TagPolicy): TagPolicyInfo => ({
  tag_key: found.key,
  id: found.id,
  ...(found.description !== null && { description: found.description }),
  values: found.values.map((name) => ({ name })),
  create_time: found.created_at.toISOString(),
  update_time: found.updated_at.toISOString(),
});

export const listTagPolicies = endpoint({
  method: "GET",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({
    page_size: Type.Optional(Type.Integer({ minimum: 0 })),
    page_token: Type.Optional(Type.String()),
  }),
  output: TagPolicyList,
  what: () => metastore,
  action: "tag_policy.list",
  run: async ({ catalog, gate }, permit, input, call) => {
    const candidates = fromPage(await catalog.metastore.tagPolicyCandidates(permit), input.page_token);
    const visible = await gate.filter(permit.who, "tag_policy.read", candidates, call.doorway);
    const { items, next } = pageOf(visible, input.page_size ?? 0);
    return { tag_policies: (await catalog.metastore.tagPolicies(permit, items)).map(tagPolicyInfo), ...next };
  },
});

export const createTagPolicy = endpoint({
  method: "POST",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({ tag_key, ...fields }),
  output: TagPolicyShape,
  what: () => metastore,
  action: "tag_policy.create",
  run: async ({ catalog, gate }, permit, input, call) => {
    const { tag_key: key, description, values = [] } = input;
    await catalog.metastore.createTagPolicy(permit, {
      key,
      values: values.map((one) => one.name),
      ...(description !== undefined && { description }),
    });
    await using made = await gate.enter(permit.who, "tag_policy.read", tagPolicy(key), call.doorway);
    const found = await catalog.metastore.tagPolicy(made);
    await made.settle({ status: "ok" });
    return tagPolicyInfo(found);
  },
});

export const getTagPolicy = endpoint({
  method: "GET",
  path: `${PATH}/{tag_key}`,
  scope: "unity-catalog",
  input: Type.Object({ tag_key }),
  output: TagPolicyShape,
  what: (input) => tagPolicy(input.tag_key),
  action: "tag_policy.read",
  run: async ({ catalog }, permit) => tagPolicyInfo(await catalog.metastore.tagPolicy(permit)),
});

export const updateTagPolicy = endpoint({
  method: "PATCH",
  path: `${PATH}/{tag_key}`,
  scope: "unity-catalog",
  input: Type.Object({ tag_key, ...fields, update_mask: Type.Optional(Type.String()) }),
  output: TagPolicyShape,
  what: (input) => tagPolicy(input.tag_key),
  action: "tag_policy.update",
  run: async ({ catalog }, permit, input) => {
    const changed = fieldsToUpdate(input.update_mask, input, ["description", "values"]);
    const { description = "", values = [] } = input;
    await catalog.metastore.updateTagPolicy(permit, {
      ...(changed.has("description") && { description }),
      ...(changed.has("values") && { values: values.map((one) => one.name) }),
    });
    return tagPolicyInfo(await catalog.metastore.tagPolicy(permit));
  },
});

export const deleteTagPolicy = endpoint({
  method: "DELETE",
  path: `${PATH}/{tag_key}`,
  scope: "unity-catalog",
  input: Type.Object({ tag_key }),
  output: Type.Object({}),
  what: (input) => tagPolicy(input.tag_key),
  action: "tag_policy.delete",
  run: async ({ catalog }, permit) => {
    await catalog.metastore.deleteTagPolicy(permit);
    return {};
  },
});
