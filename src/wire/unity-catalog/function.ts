import { type Static, Type } from "typebox";
import { securableFields } from "./catalog.ts";
import { wireTypeFields } from "./table.ts";

/** Source: databricks-sdk-py `service/catalog.py` FunctionParameterInfo. */
const FunctionParameterInfo = Type.Object({
  name: Type.String(),
  ...wireTypeFields,
  position: Type.Integer(),
  parameter_mode: Type.Literal("IN"),
  parameter_type: Type.Union([Type.Literal("PARAM"), Type.Literal("COLUMN")]),
  parameter_default: Type.Optional(Type.String()),
  comment: Type.Optional(Type.String()),
});

const FunctionParameterInfos = Type.Object({ parameters: Type.Array(FunctionParameterInfo) });

/** Source: databricks-sdk-py `service/catalog.py` FunctionInfo. */
export const FunctionInfo = Type.Object({
  ...securableFields,
  catalog_name: Type.String(),
  schema_name: Type.String(),
  function_id: Type.String(),
  specific_name: Type.String(),
  data_type: Type.String(),
  full_data_type: Type.String(),
  input_params: FunctionParameterInfos,
  return_params: Type.Optional(FunctionParameterInfos),
  routine_body: Type.Union([Type.Literal("SQL"), Type.Literal("EXTERNAL")]),
  external_language: Type.Optional(Type.Literal("PYTHON")),
  /** For whoever may change the function alone. */
  routine_definition: Type.Optional(Type.String()),
  parameter_style: Type.Literal("S"),
  security_type: Type.Literal("DEFINER"),
  sql_data_access: Type.Literal("READS_SQL_DATA"),
  is_deterministic: Type.Boolean(),
  is_null_call: Type.Boolean(),
});
export type FunctionInfo = Static<typeof FunctionInfo>;

export const FunctionList = Type.Object({
  functions: Type.Array(FunctionInfo),
  next_page_token: Type.Optional(Type.String()),
});
