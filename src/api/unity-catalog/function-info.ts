import type { DescribedFunction } from "#catalog/mod.ts";
import type { ParameterDefinition } from "#kernel/mod.ts";
import { wireType } from "#wire/unity-catalog/column-types.ts";
import type { FunctionInfo } from "#wire/unity-catalog/function.ts";
import type { Site } from "../services.ts";
import { securableInfo } from "./securable-info.ts";

/** A function as REST tells it; its text only to whoever may change it. */
export function functionInfo(found: DescribedFunction, site: Site, mayChange: boolean): FunctionInfo {
  const [catalog_name = "", schema_name = ""] = found.full_name.split(".");
  const { returns, parameters, body, language } = found.definition;
  return {
    ...securableInfo(found, site),
    catalog_name,
    schema_name,
    function_id: found.id,
    specific_name: found.name,
    data_type: returns.kind === "table" ? "TABLE_TYPE" : wireType(returns.type).type_name,
    full_data_type:
      returns.kind === "table"
        ? `(${returns.columns.map((one) => `${one.name} ${one.type}`).join(", ")})`
        : returns.type,
    input_params: { parameters: parameters.map((one, position) => parameterInfo(one, position, "PARAM")) },
    ...(returns.kind === "table" && {
      return_params: { parameters: returns.columns.map((one, position) => parameterInfo(one, position, "COLUMN")) },
    }),
    ...(language ? { routine_body: "EXTERNAL", external_language: language } : { routine_body: "SQL" }),
    ...(mayChange && { routine_definition: body }),
    parameter_style: "S",
    security_type: "DEFINER",
    sql_data_access: "READS_SQL_DATA",
    is_deterministic: false,
    is_null_call: false,
  };
}

function parameterInfo(one: ParameterDefinition, position: number, parameter_type: "PARAM" | "COLUMN") {
  return {
    name: one.name,
    ...wireType(one.type),
    position,
    parameter_mode: "IN" as const,
    parameter_type,
    ...(one.default !== undefined && { parameter_default: one.default }),
    ...(one.comment !== undefined && { comment: one.comment }),
  };
}
