import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
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
  return isNested(type) ? jsonOf(type) : plainText;
}

function isNested(type: DuckDBType): boolean {
  return type instanceof DuckDBListType || type instanceof DuckDBStructType || type instanceof DuckDBMapType;
}

function plainText(value: DuckDBValue): string {
  if (typeof value === "string") return value;
  if (value instanceof DuckDBTimestampTZValue) return `${instantText(value.micros)}Z`;
  if (value instanceof DuckDBTimestampValue) return instantText(value.micros);
  if (value instanceof DuckDBDateValue) return dayText(value.days);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64");
  return String(value);
}

const NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.BOOLEAN,
]);

/** A value within an array, map or struct, as JSON. Numbers stay exact, since this is text and never a JavaScript number. */
function jsonOf(type: DuckDBType): Format {
  if (type instanceof DuckDBListType) {
    const item = orNull(jsonOf(type.valueType));
    return (value) => (value instanceof DuckDBListValue ? `[${value.items.map(item).join(",")}]` : "null");
  }
  if (type instanceof DuckDBStructType) {
    const fields = type.entryTypes.map((field) => orNull(jsonOf(field)));
    const names = type.entryNames;
    return (value) => {
      if (!(value instanceof DuckDBStructValue)) return "null";
      const texts = names.map((name, at) => `${JSON.stringify(name)}:${fields[at]?.(value.entries[name] ?? null)}`);
      return `{${texts.join(",")}}`;
    };
  }
  if (type instanceof DuckDBMapType) {
    const key = textOf(type.keyType);
    const held = orNull(jsonOf(type.valueType));
    return (value) => {
      if (!(value instanceof DuckDBMapValue)) return "null";
      return `{${value.entries.map((entry) => `${JSON.stringify(key(entry.key))}:${held(entry.value)}`).join(",")}}`;
    };
  }
  const text = textOf(type);
  if (NUMBERS.has(type.typeId)) return text;
  const is_real = type.typeId === DuckDBTypeId.FLOAT || type.typeId === DuckDBTypeId.DOUBLE;
  return (value) => (is_real && Number.isFinite(value) ? text(value) : JSON.stringify(text(value)));
}

function orNull(format: Format): Format {
  return (value) => (value === null ? "null" : format(value));
}

const PLAIN_MIN = 1e-3;
const PLAIN_MAX = 1e7;

/** A double as Databricks casts it to STRING, which is Java's `Double.toString`: `1.0`, `1.0E10`, `NaN`, `Infinity`. */
function doubleText(value: number): string {
  return realText(value, String(value));
}

/** A 4-byte float: the shortest digits that give the same float again. */
function floatText(value: number): string {
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
function instantText(micros: bigint): string {
  const day = floorDivide(micros, MICROS_PER_DAY);
  const within = micros - day * MICROS_PER_DAY;
  const clock = new Date(Number(within / MICROS_PER_MS)).toISOString().slice(11, 23);
  const rest = within % MICROS_PER_MS;
  return `${dayText(Number(day))}T${clock}${rest === 0n ? "" : String(rest).padStart(3, "0")}`;
}

/** Days since the epoch as `YYYY-MM-DD`; a year beyond 9999 or before 0 is signed, as ISO 8601 wants. */
function dayText(days: number): string {
  const date = new Date(days * MS_PER_DAY);
  if (Number.isNaN(date.getTime())) return days > 0 ? "infinity" : "-infinity";
  const text = date.toISOString();
  return text.slice(0, text.indexOf("T"));
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
