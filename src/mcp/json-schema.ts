/** JSON Schema types by the first word of a Databricks type; all else is sent as text and cast by the statement. */
const byType: Readonly<Record<string, string>> = {
  BOOLEAN: "boolean",
  TINYINT: "integer",
  SMALLINT: "integer",
  INT: "integer",
  BIGINT: "integer",
  FLOAT: "number",
  DOUBLE: "number",
  DECIMAL: "number",
  ARRAY: "array",
  MAP: "object",
  STRUCT: "object",
};

/** The schema of a parameter of this type, for a tool's input. */
export function schemaOfType(type: string): { readonly type: string } {
  const [word = ""] = type.toUpperCase().split(/[(<]/);
  return { type: byType[word] ?? "string" };
}
