import { DECIMAL_DIGITS_MAX } from "../parse/limits.ts";
import { type DataType, type DecimalType, decimal, type SimpleTypeName } from "./type.ts";

/** Digits that hold every value of a whole-number type. */
const integralDigits = { TINYINT: 3, SMALLINT: 5, INT: 10, BIGINT: 20 } as const;
const integralOrder: readonly SimpleTypeName[] = ["TINYINT", "SMALLINT", "INT", "BIGINT"];

/** Place among whole-number types, narrow to wide; -1 for any other type. */
export function integralRank(type: DataType): number {
  return type.kind === "simple" ? integralOrder.indexOf(type.name) : -1;
}

export function isIntegral(type: DataType): boolean {
  return integralRank(type) >= 0;
}

/** FLOAT or DOUBLE. */
export function isReal(type: DataType): boolean {
  return type.kind === "simple" && (type.name === "FLOAT" || type.name === "DOUBLE");
}

export function isNumeric(type: DataType): boolean {
  return isIntegral(type) || isReal(type) || type.kind === "decimal";
}

export function isVoid(type: DataType): boolean {
  return type.kind === "simple" && type.name === "VOID";
}

export function isString(type: DataType): boolean {
  return type.kind === "simple" && type.name === "STRING";
}

/** DATE, TIMESTAMP or TIMESTAMP_NTZ. */
export function isTemporal(type: DataType): boolean {
  return type.kind === "simple" && (type.name === "DATE" || type.name === "TIMESTAMP" || type.name === "TIMESTAMP_NTZ");
}

export function isYearMonth(type: DataType): boolean {
  return type.kind === "interval" && (type.from === "YEAR" || type.from === "MONTH");
}

/** True for a type whose values have an order, and so may be compared, sorted and be a map's key. */
export function isOrderable(type: DataType): boolean {
  if (type.kind === "map") return false;
  if (type.kind === "array") return isOrderable(type.element);
  return type.kind !== "struct" || type.fields.every((field) => isOrderable(field.type));
}

/** A whole-number type as the decimal that holds it; a decimal as itself; undefined for any other. */
export function decimalOf(type: DataType): DecimalType | undefined {
  if (type.kind === "decimal") return type;
  if (type.kind !== "simple" || !(type.name in integralDigits)) return undefined;
  return decimal(integralDigits[type.name as keyof typeof integralDigits], 0);
}

/** A decimal of these digits, or, when they are too many, one that gives up fraction digits beyond six to keep whole ones. */
export function boundedDecimal(precision: number, scale: number): DecimalType {
  if (precision <= DECIMAL_DIGITS_MAX) return decimal(precision, scale);
  const whole = precision - scale;
  const kept = Math.min(scale, 6);
  return decimal(DECIMAL_DIGITS_MAX, Math.max(DECIMAL_DIGITS_MAX - whole, kept));
}
