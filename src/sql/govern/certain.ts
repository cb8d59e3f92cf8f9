import { DECIMAL_DIGITS_MAX } from "../parse/limits.ts";
import type { Call, Literal } from "../resolve/resolved.ts";
import { type DataType, decimalOf, sameType } from "../types/mod.ts";

/*
 * A constant that cannot be computed is an error only where it is met (measured: the engine leaves it in the plan, and a CASE over
 * a hidden row's value then tells by failing). So a literal, and a cast of one, counts as safe only when its value is seen to be one.
 */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})(?:[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?$/;
const WHOLE = /^[+-]?\d{1,19}$/;
const FRACTION = /^[+-]?\d{1,30}(\.\d{1,30})?$/;
const bits: Readonly<Record<string, bigint>> = { TINYINT: 7n, SMALLINT: 15n, INT: 31n, BIGINT: 63n };

/**
 * True for arithmetic on decimals whose result has room for every digit that the operands can have ("numeric operators" of
 * Databricks' SQL reference): it can neither overflow nor be rounded.
 */
export function isCertainArithmetic({ function: row, arguments: given, type }: Call): boolean {
  const [a, b] = given.map((one) => one.type);
  if (row.kind !== "operator" || a?.kind !== "decimal" || b?.kind !== "decimal" || type.kind !== "decimal")
    return false;
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  const needs = {
    "+": { digits: whole + Math.max(a.scale, b.scale) + 1, scale: Math.max(a.scale, b.scale) },
    "-": { digits: whole + Math.max(a.scale, b.scale) + 1, scale: Math.max(a.scale, b.scale) },
    "*": { digits: a.precision + b.precision + 1, scale: a.scale + b.scale },
  }[row.name];
  return needs !== undefined && needs.digits <= DECIMAL_DIGITS_MAX && type.scale === needs.scale;
}

/** True for a literal whose value the engine surely reads. */
export function isCertainLiteral({ type, value }: Literal): boolean {
  if (value === null) return true;
  if (type.kind === "interval") return typeof value === "bigint" && fits(value, 31n);
  if (type.kind !== "simple") return true;
  if (type.name === "DATE") return isDay(String(value));
  return type.name !== "TIMESTAMP" && type.name !== "TIMESTAMP_NTZ" ? true : isMoment(String(value));
}

/** True when a cast of the literal surely has a value. What is not listed here is not certain. */
export function isCertainCast(literal: Literal, to: DataType): boolean {
  const { type, value } = literal;
  if (value === null) return true;
  if (sameType(type, to)) return isCertainLiteral(literal);
  if (typeof value === "bigint" && type.kind === "simple") return isCertainWhole(value, to);
  if (type.kind === "decimal" && typeof value === "string") return isCertainDecimal(value, to);
  return type.kind === "simple" && type.name === "STRING" && typeof value === "string" && isCertainText(value, to);
}

function isCertainWhole(value: bigint, to: DataType): boolean {
  if (to.kind === "decimal") return String(value).replace("-", "").length <= to.precision - to.scale;
  if (to.kind !== "simple") return false;
  const size = bits[to.name];
  return size === undefined ? to.name === "DOUBLE" || to.name === "FLOAT" || to.name === "STRING" : fits(value, size);
}

function isCertainDecimal(digits: string, to: DataType): boolean {
  if (to.kind === "simple") return to.name === "DOUBLE" || to.name === "STRING";
  const target = decimalOf(to);
  const [whole = "", fraction = ""] = digits.replace("-", "").split(".");
  return target !== undefined && fraction.length <= target.scale && whole.length <= target.precision - target.scale;
}

function isCertainText(text: string, to: DataType): boolean {
  if (to.kind !== "simple") return false;
  const size = bits[to.name];
  if (size !== undefined) return WHOLE.test(text) && fits(BigInt(text), size);
  switch (to.name) {
    case "DOUBLE":
      return FRACTION.test(text);
    case "BOOLEAN":
      return text === "true" || text === "false";
    case "DATE":
      return isDay(text);
    case "TIMESTAMP":
    case "TIMESTAMP_NTZ":
      return isMoment(text);
    default:
      return false;
  }
}

const fits = (value: bigint, size: bigint): boolean => value < 2n ** size && value >= -(2n ** size);

/** A day of the calendar, of the years 0001 to 9999. */
function isDay(text: string): boolean {
  if (!DAY.test(text) || text.startsWith("0000")) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isMoment(text: string): boolean {
  const found = MOMENT.exec(text);
  return found !== null && isDay(found[1]!);
}
