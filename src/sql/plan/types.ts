import type { Literal } from "../ast/literal.ts";
import type { TypeSyntax } from "../ast/type.ts";
import {
  type DataType,
  isCastable,
  isImplicitlyCastable,
  isNumeric,
  isString,
  isTemporal,
  isVoid,
  sameType,
  spellEngineType,
  spellType,
  typeOfSyntax,
  typeOfText,
} from "../types/mod.ts";

/** A declared type in the spelling that the metastore keeps. */
export const typeText = (syntax: TypeSyntax): string => spellType(typeOfSyntax(syntax));

/** A type's text in the engine's spelling. */
export const engineType = (text: string): string => spellEngineType(typeOfText(text));

/** True when CAST may turn one type into the other; both as text. */
export const castable = (from: string, to: string): boolean => isCastable(typeOfText(from), typeOfText(to));

/** True when a value may be stored in a column without a cast ("store assignment", ANSI): numbers among each other, anything plain as text. */
export function assignable(from: string, to: string): boolean {
  return stores(typeOfText(from), typeOfText(to));
}

function stores(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || isVoid(from)) return true;
  if (isNumeric(from) && isNumeric(to)) return true;
  if (isTemporal(from) && isTemporal(to)) return true;
  if (isString(to)) return from.kind === "simple" || from.kind === "decimal";
  if (from.kind === "array" && to.kind === "array") return stores(from.element, to.element);
  return !isString(from) && isImplicitlyCastable(from, to);
}

/** The type of a literal in a policy's arguments. */
export function literalType(literal: Literal): string {
  switch (literal.kind) {
    case "string_literal":
      return "STRING";
    case "integer_literal":
    case "double_literal":
    case "timestamp_literal":
      return literal.type;
    case "decimal_literal": {
      const [whole = "", fraction = ""] = literal.digits.replace("-", "").split(".");
      return `DECIMAL(${Math.max(1, whole.length + fraction.length)},${fraction.length})`;
    }
    case "boolean_literal":
      return "BOOLEAN";
    case "null_literal":
      return "VOID";
    case "binary_literal":
      return "BINARY";
    case "date_literal":
      return "DATE";
    case "interval_literal":
      return `INTERVAL ${literal.from}${literal.from === literal.to ? "" : ` TO ${literal.to}`}`;
  }
}
