/**
 * How the metastore spells a type, and how Unity Catalog's REST does.
 * Source: databricks-sdk-py `service/catalog.py` ColumnTypeName, ColumnInfo.
 */
const typeNames: Readonly<Record<string, string>> = Object.freeze({
  BOOLEAN: "BOOLEAN",
  TINYINT: "BYTE",
  SMALLINT: "SHORT",
  INT: "INT",
  BIGINT: "LONG",
  FLOAT: "FLOAT",
  DOUBLE: "DOUBLE",
  DECIMAL: "DECIMAL",
  STRING: "STRING",
  CHAR: "CHAR",
  VARCHAR: "STRING",
  BINARY: "BINARY",
  DATE: "DATE",
  TIMESTAMP: "TIMESTAMP",
  TIMESTAMP_NTZ: "TIMESTAMP_NTZ",
  INTERVAL: "INTERVAL",
  ARRAY: "ARRAY",
  MAP: "MAP",
  STRUCT: "STRUCT",
  VARIANT: "VARIANT",
  VOID: "NULL",
});

/** Spark's JSON name of a plain type, for `type_json`. */
const jsonNames: Readonly<Record<string, string>> = Object.freeze({
  TINYINT: "byte",
  SMALLINT: "short",
  INT: "integer",
  BIGINT: "long",
});

export interface WireType {
  readonly type_text: string;
  readonly type_name: string;
  readonly type_json: string;
  readonly type_precision: number;
  readonly type_scale: number;
}

/** A type in REST's five fields. */
export function wireType(type: string): WireType {
  const [base = type] = /^[A-Z_]+/.exec(type) ?? [];
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type);
  const type_text = type.toLowerCase();
  return {
    type_text,
    type_name: typeNames[base] ?? "USER_DEFINED_TYPE",
    type_json: JSON.stringify(jsonNames[type] ?? type_text),
    type_precision: decimal ? Number(decimal[1]) : 0,
    type_scale: decimal ? Number(decimal[2]) : 0,
  };
}
