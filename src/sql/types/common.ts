import { intervalFields } from "../ast/type.ts";
import {
  boundedDecimal,
  decimalOf,
  integralRank,
  isIntegral,
  isNumeric,
  isReal,
  isString,
  isTemporal,
  isVoid,
  isYearMonth,
} from "./family.ts";
import { array, type DataType, DOUBLE, FLOAT, interval, map, STRING, sameType, struct, TIMESTAMP } from "./type.ts";

/** The decimal of both is wide enough for all whole digits of either and all fraction digits of either. */
function commonNumber(a: DataType, b: DataType): DataType {
  if (isReal(a) || isReal(b)) {
    const isFloat = (type: DataType): boolean => sameType(type, FLOAT);
    // A whole number or decimal beside FLOAT widens to DOUBLE, which holds more of its digits.
    return isFloat(a) && isFloat(b) ? FLOAT : DOUBLE;
  }
  if (isIntegral(a) && isIntegral(b)) return integralRank(a) >= integralRank(b) ? a : b;
  const left = decimalOf(a)!;
  const right = decimalOf(b)!;
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  return boundedDecimal(whole + scale, scale);
}

/**
 * The type to which both widen where the dialect wants one type of two: comparisons, CASE, COALESCE, IN, set operations, arrays.
 * Source: "ANSI type promotion and coercion, least common type" of Databricks' SQL reference. A STRING beside a number, date,
 * timestamp or boolean takes that other type (a whole number widens to BIGINT, a fraction to DOUBLE). Undefined when there is none.
 */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (sameType(a, b)) return a;
  if (isVoid(a)) return b;
  if (isVoid(b)) return a;
  if (isNumeric(a) && isNumeric(b)) return commonNumber(a, b);
  if (isString(a) || isString(b)) return commonWithText(isString(a) ? b : a);
  if (isTemporal(a) && isTemporal(b)) return TIMESTAMP;
  return commonNested(a, b);
}

function commonWithText(other: DataType): DataType | undefined {
  if (isIntegral(other)) return { kind: "simple", name: "BIGINT" };
  if (isNumeric(other)) return DOUBLE;
  return isTemporal(other) || (other.kind === "simple" && other.name !== "VOID") ? other : undefined;
}

function commonNested(a: DataType, b: DataType): DataType | undefined {
  if (a.kind === "interval" && b.kind === "interval" && isYearMonth(a) === isYearMonth(b)) {
    const first = Math.min(intervalFields.indexOf(a.from), intervalFields.indexOf(b.from));
    const last = Math.max(intervalFields.indexOf(a.to), intervalFields.indexOf(b.to));
    return interval(intervalFields[first]!, intervalFields[last]!);
  }
  if (a.kind === "array" && b.kind === "array") {
    const element = commonType(a.element, b.element);
    return element && array(element);
  }
  if (a.kind === "map" && b.kind === "map") {
    const key = commonType(a.key, b.key);
    const value = commonType(a.value, b.value);
    return key && value && map(key, value);
  }
  if (a.kind !== "struct" || b.kind !== "struct" || a.fields.length !== b.fields.length) return undefined;
  const joined = a.fields.map((field, index) => ({
    name: field.name,
    type: commonType(field.type, b.fields[index]!.type),
  }));
  const whole = joined.flatMap(({ name, type }) => (type ? [{ name, type }] : []));
  return whole.length === joined.length ? struct(whole) : undefined;
}

/** The common type of all; VOID of none. Strings alone stay STRING. */
export function commonTypeOf(types: readonly DataType[]): DataType | undefined {
  let common: DataType | undefined = types[0] ?? { kind: "simple", name: "VOID" };
  for (const type of types.slice(1)) common = common && commonType(common, type);
  return common;
}

/**
 * True when a value of `from` may take the place of one of `to` without being asked ("implicit crosscasting" and promotion): to a wider
 * number, to and from STRING for simple types, DATE to TIMESTAMP, NULL to anything. Narrowing numbers is not among them.
 */
export function isImplicitlyCastable(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || isVoid(from)) return true;
  if (isNumeric(from) && isNumeric(to)) return isReal(to) ? !sameType(from, DOUBLE) : isWiderNumber(from, to);
  if (isString(from)) return to.kind === "decimal" || (to.kind === "simple" && to.name !== "VOID");
  if (sameType(to, STRING)) return from.kind === "decimal" || from.kind === "simple";
  if (isTemporal(from) && isTemporal(to)) return !(to.kind === "simple" && to.name === "DATE");
  if (from.kind === "array" && to.kind === "array") return isImplicitlyCastable(from.element, to.element);
  if (from.kind === "map" && to.kind === "map")
    return isImplicitlyCastable(from.key, to.key) && isImplicitlyCastable(from.value, to.value);
  if (from.kind === "interval" && to.kind === "interval") return isYearMonth(from) === isYearMonth(to);
  return (
    from.kind === "struct" &&
    to.kind === "struct" &&
    from.fields.length === to.fields.length &&
    from.fields.every((field, index) => isImplicitlyCastable(field.type, to.fields[index]!.type))
  );
}

function isWiderNumber(from: DataType, to: DataType): boolean {
  if (isReal(from)) return false;
  if (isIntegral(to)) return isIntegral(from) && integralRank(from) <= integralRank(to);
  const [source, target] = [decimalOf(from)!, decimalOf(to)!];
  return target.scale >= source.scale && target.precision - target.scale >= source.precision - source.scale;
}
