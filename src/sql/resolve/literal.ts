import type * as ast from "../ast/literal.ts";
import { BINARY, BOOLEAN, DATE, type DataType, decimal, interval, STRING, VOID } from "../types/mod.ts";
import type { Literal } from "./resolved.ts";

const simple = (name: "TINYINT" | "SMALLINT" | "INT" | "BIGINT" | "FLOAT" | "DOUBLE" | "TIMESTAMP" | "TIMESTAMP_NTZ") =>
  Object.freeze({ kind: "simple", name } as const);

const literal = (type: DataType, value: Literal["value"]): Literal => Object.freeze({ kind: "literal", type, value });

/** Precision and scale of plain digits: `1.50` is DECIMAL(3,2), `0.05` DECIMAL(2,2). */
function decimalTypeOf(digits: string): DataType {
  const [whole = "", fraction = ""] = digits.replace(/^-/, "").split(".");
  const significant = whole.replace(/^0+/, "").length;
  return decimal(Math.max(1, significant + fraction.length), fraction.length);
}

/** A literal with its type; the parser has checked its value already. */
export function resolveLiteral(node: ast.Literal): Literal {
  switch (node.kind) {
    case "string_literal":
      return literal(STRING, node.value);
    case "integer_literal":
      return literal(simple(node.type), node.value);
    case "decimal_literal":
      return literal(decimalTypeOf(node.digits), node.digits);
    case "double_literal":
      return literal(simple(node.type), node.value);
    case "boolean_literal":
      return literal(BOOLEAN, node.value);
    case "null_literal":
      return literal(VOID, null);
    case "binary_literal":
      return literal(BINARY, node.hex);
    case "date_literal":
      return literal(DATE, node.value);
    case "timestamp_literal":
      return literal(simple(node.type), node.value);
    case "interval_literal": {
      const isMonths = node.from === "YEAR" || node.from === "MONTH";
      return literal(interval(node.from, node.to), isMonths ? BigInt(node.months) : node.microseconds);
    }
  }
}

/** The number with its sign changed, so that `-1` is a constant; undefined for what is no number. */
export function negated(node: Literal): Literal | undefined {
  const { value } = node;
  if (typeof value === "bigint" || typeof value === "number") return literal(node.type, -value as bigint | number);
  if (node.type.kind !== "decimal" || typeof value !== "string") return undefined;
  return literal(node.type, value.startsWith("-") ? value.slice(1) : `-${value}`);
}
