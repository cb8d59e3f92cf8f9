import { type Static, Type } from "typebox";

/** Source: databricks-sdk-py `service/catalog.py` FunctionArgument: exactly one of them. */
const FunctionArgument = Type.Object({
  alias: Type.Optional(Type.String()),
  constant: Type.Optional(Type.String()),
  function_arg_expression: Type.Optional(Type.Unknown()),
});

/** Source: databricks-sdk-py `service/catalog.py` MatchColumn. */
const MatchColumn = Type.Object({ alias: Type.Optional(Type.String()), condition: Type.String() });

const using = Type.Optional(Type.Array(FunctionArgument));
const RowFilterOptions = Type.Object({ function_name: Type.String(), using });
const ColumnMaskOptions = Type.Object({ function_name: Type.String(), on_column: Type.String(), using });

const PolicyType = Type.Union([
  Type.Literal("POLICY_TYPE_ROW_FILTER"),
  Type.Literal("POLICY_TYPE_COLUMN_MASK"),
  Type.Literal("POLICY_TYPE_GRANT"),
  Type.Literal("POLICY_TYPE_DENY"),
]);

/** The parts of a policy that a request says. Source: databricks-sdk-py `service/catalog.py` PolicyInfo. */
export const policyFields = {
  name: Type.String({ minLength: 1 }),
  comment: Type.Optional(Type.String()),
  for_securable_type: Type.String(),
  policy_type: PolicyType,
  to_principals: Type.Array(Type.String()),
  except_principals: Type.Optional(Type.Array(Type.String())),
  when_condition: Type.Optional(Type.String()),
  match_columns: Type.Optional(Type.Array(MatchColumn)),
  row_filter: Type.Optional(RowFilterOptions),
  column_mask: Type.Optional(ColumnMaskOptions),
} as const;

const Said = Type.Object(policyFields);
export type PolicySaid = Static<typeof Said>;

/** Source: databricks-sdk-py `service/catalog.py` PolicyInfo. */
export const PolicyInfo = Type.Object({
  ...policyFields,
  id: Type.String(),
  on_securable_type: Type.String(),
  on_securable_fullname: Type.String(),
  governed_tags: Type.Array(Type.Object({ tag_key: Type.String(), tag_value: Type.Optional(Type.String()) })),
  created_at: Type.Integer(),
  created_by: Type.String(),
  updated_at: Type.Integer(),
  updated_by: Type.String(),
});
export type PolicyInfo = Static<typeof PolicyInfo>;

/** Source: databricks-sdk-py `service/catalog.py` ListPoliciesResponse. */
export const PolicyList = Type.Object({
  policies: Type.Array(PolicyInfo),
  next_page_token: Type.Optional(Type.String()),
});
