import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";

/** Formats a value that is not null. */
type Format = (value: DuckDBValue) => string;

const MICROS_PER_MS = 1000n;
const MICROS_PER_DAY = 86_400_000_000n;
const MS_PER_DAY = 86_400_000;

/**
 * How a column's values are said in a JSON_ARRAY result of the Statement Execution API: everything is a string; nested
 * values are JSON text.
 */
export function textOf(type: DuckDBType): Format {
  if (type.typeId === DuckDBTypeId.FLOAT) return (value) => floatText(Number(value));
  if (type.typeId === DuckDBTypeId.DOUBLE) return (value) => doubleText(Number(value));
  return (value) => plainText(value);
}

function plainText(value: DuckDBValue): string {
  if (typeof value === "string") return value;
  if (value instanceof DuckDBTimestampTZValue) return `${instantText(value.micros)}Z`;
  if (value instanceof DuckDBTimestampValue) return instantText(value.micros);
  if (value instanceof DuckDBDateValue) return dayText(value.days);
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64");
  if (value instanceof DuckDBListValue || value instanceof DuckDBStructValue || value instanceof DuckDBMapValue)
    return jsonText(value);
  return String(value);
}

/** A value within an array, map or struct, as JSON. Numbers stay exact, since this is text and never a JavaScript number. */
function jsonText(value: DuckDBValue): string {
  if (value === null) return "null";
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number")
    return Number.isFinite(value) ? doubleOrInteger(value) : JSON.stringify(doubleText(value));
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBListValue) return `[${value.items.map(jsonText).join(",")}]`;
  if (value instanceof DuckDBStructValue) {
    const fields = Object.entries(value.entries).map(([name, field]) => `${JSON.stringify(name)}:${jsonText(field)}`);
    return `{${fields.join(",")}}`;
  }
  if (value instanceof DuckDBMapValue) {
    const entries = value.entries.map((entry) => `${JSON.stringify(keyText(entry.key))}:${jsonText(entry.value)}`);
    return `{${entries.join(",")}}`;
  }
  return JSON.stringify(plainText(value));
}

function keyText(key: DuckDBValue): string {
  return key === null ? "null" : plainText(key);
}

function doubleOrInteger(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : doubleText(value);
}

const PLAIN_MIN = 1e-3;
const PLAIN_MAX = 1e7;

/** A double as Databricks casts it to STRING, which is Java's `Double.toString`: `1.0`, `1.0E10`, `NaN`, `Infinity`. */
export function doubleText(value: number): string {
  return realText(value, String(value));
}

/** A 4-byte float: the shortest digits that give the same float again. */
export function floatText(value: number): string {
  for (let digits = 1; digits <= 9; digits += 1) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return realText(value, String(text));
  }
  return realText(value, String(value));
}

function realText(value: number, digits: string): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (value === 0 || (size >= PLAIN_MIN && size < PLAIN_MAX)) return digits.includes(".") ? digits : `${digits}.0`;
  const [mantissa = "0", exponent = "0"] = Number(digits).toExponential().split("e");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** Microseconds since the epoch as ISO 8601 without a zone: three digits of a second, or six when there are so many. */
export function instantText(micros: bigint): string {
  const day = floorDivide(micros, MICROS_PER_DAY);
  const within = micros - day * MICROS_PER_DAY;
  const clock = new Date(Number(within / MICROS_PER_MS)).toISOString().slice(11, 23);
  const rest = within % MICROS_PER_MS;
  return `${dayText(Number(day))}T${clock}${rest === 0n ? "" : String(rest).padStart(3, "0")}`;
}

/** Days since the epoch as `YYYY-MM-DD`; a year beyond 9999 or before 0 is signed, as ISO 8601 wants. */
export function dayText(days: number): string {
  const date = new Date(days * MS_PER_DAY);
  if (Number.isNaN(date.getTime())) return days > 0 ? "infinity" : "-infinity";
  const text = date.toISOString();
  return text.slice(0, text.indexOf("T"));
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
