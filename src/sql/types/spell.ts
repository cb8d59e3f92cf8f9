import type { DataType, SimpleTypeName } from "./type.ts";

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A type as Databricks spells it in a manifest: `DECIMAL(10,2)`, `ARRAY<STRING>`, `STRUCT<email: STRING>`. */
export function spellType(type: DataType): string {
  switch (type.kind) {
    case "simple":
      return type.name;
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "interval":
      return type.from === type.to ? `INTERVAL ${type.from}` : `INTERVAL ${type.from} TO ${type.to}`;
    case "array":
      return `ARRAY<${spellType(type.element)}>`;
    case "map":
      return `MAP<${spellType(type.key)}, ${spellType(type.value)}>`;
    case "struct":
      return `STRUCT<${type.fields.map((field) => `${spellField(field.name)}: ${spellType(field.type)}`).join(", ")}>`;
  }
}

function spellField(name: string): string {
  return plainName.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** What the engine calls a type without parameters. A TIMESTAMP is an instant, TIMESTAMP_NTZ a clock's face; VOID holds NULL alone. */
const engineNames: Readonly<Record<SimpleTypeName, string>> = Object.freeze({
  BOOLEAN: "BOOLEAN",
  TINYINT: "TINYINT",
  SMALLINT: "SMALLINT",
  INT: "INTEGER",
  BIGINT: "BIGINT",
  FLOAT: "FLOAT",
  DOUBLE: "DOUBLE",
  STRING: "VARCHAR",
  BINARY: "BLOB",
  DATE: "DATE",
  TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
  TIMESTAMP_NTZ: "TIMESTAMP",
  VOID: "INTEGER",
});

/** A type in DuckDB's spelling, for casts and columns. Both families of intervals are its one INTERVAL. */
export function spellEngineType(type: DataType): string {
  switch (type.kind) {
    case "simple":
      return engineNames[type.name];
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "interval":
      return "INTERVAL";
    case "array":
      return `${spellEngineType(type.element)}[]`;
    case "map":
      return `MAP(${spellEngineType(type.key)}, ${spellEngineType(type.value)})`;
    case "struct":
      return `STRUCT(${type.fields.map((field) => `"${field.name.replaceAll('"', '""')}" ${spellEngineType(field.type)}`).join(", ")})`;
  }
}
