import type { Literal } from "../resolve/resolved.ts";
import { type DataType, isYearMonth, spellEngineType } from "../types/mod.ts";
import { quoteText } from "./quote.ts";

/** A literal of exactly its type. Values are checked against it, so that no text of a user's passes for something else. */
export function printLiteral({ type, value }: Literal): string {
  if (value === null) return castTo("NULL", type);
  if (type.kind === "interval") return printInterval(type, value);
  if (type.kind === "decimal") return castTo(quoteText(checked(value, /^-?\d+(\.\d+)?$/)), type);
  if (type.kind !== "simple") throw malformed();
  switch (type.name) {
    case "STRING":
      if (typeof value !== "string") throw malformed();
      return quoteText(value);
    case "BOOLEAN":
      if (typeof value !== "boolean") throw malformed();
      return value ? "TRUE" : "FALSE";
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
      if (typeof value !== "bigint") throw malformed();
      return castTo(String(value), type);
    case "FLOAT":
    case "DOUBLE":
      if (typeof value !== "number") throw malformed();
      return castTo(quoteText(String(value)), type);
    case "BINARY":
      return castTo(quoteText(checked(value, /^([0-9a-f]{2})*$/i).replace(/../g, "\\x$&")), type);
    case "DATE":
    case "TIMESTAMP":
    case "TIMESTAMP_NTZ":
      if (typeof value !== "string") throw malformed();
      return castTo(quoteText(value), type);
    case "VOID":
      throw malformed();
  }
}

function printInterval(type: DataType, value: Literal["value"]): string {
  if (typeof value !== "bigint") throw malformed();
  return isYearMonth(type)
    ? `system.main.to_months(CAST(${value} AS INTEGER))`
    : `system.main.to_microseconds(CAST(${value} AS BIGINT))`;
}

function castTo(text: string, type: DataType): string {
  return `CAST(${text} AS ${spellEngineType(type)})`;
}

function checked(value: Literal["value"], shape: RegExp): string {
  if (typeof value !== "string" || !shape.test(value)) throw malformed();
  return value;
}

function malformed(): TypeError {
  return new TypeError("a literal's value is not one of its type");
}
