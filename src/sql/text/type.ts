import type { TypeSyntax } from "../ast/type.ts";
import { printString } from "./literal.ts";
import { printIdentifier } from "./name.ts";

/** A type as Databricks spells it, upper-case: `DECIMAL(10,2)`, `ARRAY<STRING>`, `STRUCT<email: STRING>`. */
export function printType(type: TypeSyntax): string {
  switch (type.kind) {
    case "simple_type":
      return type.name;
    case "decimal_type":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "length_type":
      return `${type.name}(${type.length})`;
    case "interval_type":
      return type.from === type.to ? `INTERVAL ${type.from}` : `INTERVAL ${type.from} TO ${type.to}`;
    case "array_type":
      return `ARRAY<${printType(type.element)}>`;
    case "map_type":
      return `MAP<${printType(type.key)}, ${printType(type.value)}>`;
    case "struct_type": {
      const fields = type.fields.map((field) => {
        const comment = field.comment === null ? "" : ` COMMENT ${printString(field.comment)}`;
        return `${printIdentifier(field.name)}: ${printType(field.type)}${field.nullable ? "" : " NOT NULL"}${comment}`;
      });
      return `STRUCT<${fields.join(", ")}>`;
    }
  }
}
