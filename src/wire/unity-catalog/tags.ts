import { type Static, Type } from "typebox";

/** Source: databricks-sdk-py `service/tags.py` Value. */
export const TagValue = Type.Object({ name: Type.String() });

/** Source: databricks-sdk-py `service/tags.py` TagPolicy. Times are RFC 3339. */
export const TagPolicyInfo = Type.Object({
  tag_key: Type.String(),
  id: Type.String(),
  description: Type.Optional(Type.String()),
  values: Type.Array(TagValue),
  create_time: Type.String(),
  update_time: Type.String(),
});
export type TagPolicyInfo = Static<typeof TagPolicyInfo>;

/** Source: databricks-sdk-py `service/tags.py` ListTagPoliciesResponse. */
export const TagPolicyList = Type.Object({
  tag_policies: Type.Array(TagPolicyInfo),
  next_page_token: Type.Optional(Type.String()),
});

/** Source: databricks-sdk-py `service/catalog.py` EntityTagAssignment; `inherited` as in Databricks' REST reference. */
export const EntityTagAssignment = Type.Object({
  entity_type: Type.String(),
  entity_name: Type.String(),
  tag_key: Type.String(),
  tag_value: Type.Optional(Type.String()),
  inherited: Type.Optional(Type.Boolean()),
  update_time: Type.String(),
  updated_by: Type.String(),
});
export type EntityTagAssignment = Static<typeof EntityTagAssignment>;

/** Source: databricks-sdk-py `service/catalog.py` ListEntityTagAssignmentsResponse. */
export const EntityTagAssignmentList = Type.Object({
  tag_assignments: Type.Array(EntityTagAssignment),
  next_page_token: Type.Optional(Type.String()),
});

/** Source: databricks-sdk-py `service/iam.py` GrantRule, RuleSetResponse. */
export const GrantRule = Type.Object({
  role: Type.String(),
  principals: Type.Optional(Type.Array(Type.String())),
});

export const RuleSet = Type.Object({
  name: Type.String(),
  etag: Type.String(),
  grant_rules: Type.Array(GrantRule),
});
