import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { Position } from "../ast/position.ts";
import { parseTypeText } from "../parse/mod.ts";
import { faultAt } from "../plan/names.ts";
import { type DataType, isIntegral, isNumeric, isString, typeOfSyntax } from "../types/mod.ts";

const CONDITION = "AI_FUNCTION_UNSUPPORTED_RESPONSE_FORMAT";

/** Name of the schema, where its key cannot be one. Source: OpenAI's API reference, response_format. */
const SCHEMA_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * `responseFormat` as a request says it: JSON of it, a short word for it, or a type, `STRUCT<answer: STRUCT<…>>`, whose one field is the
 * answer's form. The answer is the JSON of that field's value. Source: Databricks SQL language manual, "ai_query function".
 * @throws Fault AI_FUNCTION_UNSUPPORTED_RESPONSE_FORMAT with its place.
 */
export function responseFormat(text: string, at: Position): JsonObject {
  if (text === "text" || text === "json_object") return { type: text };
  if (/^\s*STRUCT\s*</i.test(text)) return formatOfType(text, at);
  const read = parsed(text);
  if (isJsonObject(read)) return read;
  throw faultAt(
    at,
    `A responseFormat is {"type": "json_schema", "json_schema": …}, or a type as STRUCT<answer: STRUCT<…>>`,
    `${CONDITION}.JSON_STRING`,
    "0A000",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function formatOfType(text: string, at: Position): JsonObject {
  const type = typeOfSyntax(parseTypeText(text));
  const [field, ...others] = type.kind === "struct" ? type.fields : [];
  if (!field || others.length > 0 || field.type.kind !== "struct")
    throw unfit(at, "it has one field, which is a STRUCT of what the answer holds");
  const name = SCHEMA_NAME.test(field.name) ? field.name : "answer";
  return { type: "json_schema", json_schema: { name, schema: schemaOf(field.type, at), strict: true } };
}

const unfit = (at: Position, because: string) =>
  faultAt(at, `This type is no responseFormat: ${because}`, `${CONDITION}.DDL_STRING`, "0A000");

/** A type as a JSON Schema of which every field is there. */
function schemaOf(type: DataType, at: Position): JsonObject {
  if (type.kind === "array") return { type: "array", items: schemaOf(type.element, at) };
  if (type.kind === "struct")
    return {
      type: "object",
      properties: Object.fromEntries(type.fields.map((field) => [field.name, schemaOf(field.type, at)])),
      required: type.fields.map((field) => field.name),
      additionalProperties: false,
    };
  if (isString(type)) return { type: "string" };
  if (isIntegral(type)) return { type: "integer" };
  if (isNumeric(type)) return { type: "number" };
  if (type.kind === "simple" && type.name === "BOOLEAN") return { type: "boolean" };
  throw unfit(at, "it may hold STRING, BOOLEAN, numbers, ARRAY and STRUCT");
}
