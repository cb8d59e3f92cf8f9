import { Fault } from "#wire/errors.ts";
import {
  type DataType,
  isIntegral,
  isNumeric,
  isReal,
  isString,
  isVoid,
  type StructType,
  sameType,
  spellEngineType,
  spellType,
} from "../types/mod.ts";
import { quoteName, quoteText } from "./quote.ts";

/** A value's text as another type, as the dialect's CAST in ANSI mode has it: an error, or NULL when `tolerant`. */
export function printCast(value: string, from: DataType, to: DataType, tolerant: boolean): string {
  if (isVoid(from)) return `CAST(NULL AS ${spellEngineType(to)})`;
  if (from.kind === "interval" && to.kind === "interval") return value;
  if (isPlain(from, to)) return (holdsTime(from) ? withMoments : plain)(value, to, tolerant);
  if (from.kind === "array") return castArray(value, from.element, to, tolerant);
  if (from.kind === "struct" && to.kind === "struct") return castStruct(value, from, to, tolerant);
  if (from.kind === "simple" || from.kind === "decimal") return castSimple(value, from, to, tolerant);
  throw unsupported(from, to);
}

const plain = (value: string, to: DataType, tolerant: boolean): string =>
  `${tolerant ? "TRY_CAST" : "CAST"}(${value} AS ${spellEngineType(to)})`;

/** The engine's TRY_CAST fails all the same on moments at the ends of what a type holds. */
const withMoments = (value: string, to: DataType, tolerant: boolean): string =>
  trying(plain(value, to, false), tolerant);

/** A form that may fail and has no tolerant twin of its own. */
const trying = (text: string, tolerant: boolean): string => (tolerant ? `TRY(${text})` : text);

const name = (type: DataType): string => (type.kind === "simple" ? type.name : type.kind);

/** True where the engine's own cast is the dialect's. */
function isPlain(from: DataType, to: DataType): boolean {
  if (sameType(from, to) && from.kind !== "struct") return true;
  if (from.kind === "array" && to.kind === "array") return isPlain(from.element, to.element);
  if (from.kind === "map" && to.kind === "map") return isPlain(from.key, to.key) && isPlain(from.value, to.value);
  if (from.kind === "struct" && to.kind === "struct") return isPlainStruct(from, to);
  if (isIntegral(from)) return isNumeric(to) || isString(to) || name(to) === "BOOLEAN";
  if (from.kind === "decimal") return to.kind === "decimal" || isReal(to) || isString(to) || name(to) === "BOOLEAN";
  if (isReal(from)) return isReal(to) || to.kind === "decimal" || name(to) === "BOOLEAN";
  if (isString(from)) return isReal(to) || to.kind === "decimal" || isTime(to);
  if (name(from) === "BOOLEAN") return isNumeric(to) || isString(to);
  if (name(from) === "DATE" || name(from) === "TIMESTAMP_NTZ") return isTime(to) || isString(to);
  return name(from) === "TIMESTAMP" && isTime(to);
}

/** The engine casts structs by their fields' names, the dialect by their places: only where both agree is it plain. */
function isPlainStruct(from: StructType, to: StructType): boolean {
  return from.fields.every((field, i) => {
    const other = to.fields[i]!;
    return field.name.toLowerCase() === other.name.toLowerCase() && isPlain(field.type, other.type);
  });
}

function holdsTime(type: DataType): boolean {
  if (type.kind === "array") return holdsTime(type.element);
  if (type.kind === "map") return holdsTime(type.key) || holdsTime(type.value);
  return type.kind === "struct" ? type.fields.some((field) => holdsTime(field.type)) : isTime(type);
}

const isTime = (type: DataType): boolean => ["DATE", "TIMESTAMP", "TIMESTAMP_NTZ"].includes(name(type));

function castSimple(value: string, from: DataType, to: DataType, tolerant: boolean): string {
  // Fractions are cut off, where the engine would round.
  if (isIntegral(to) && (isReal(from) || from.kind === "decimal"))
    return plain(`system.main.trunc(${value})`, to, tolerant);
  // The engine reads `1.5`, `1e3` and `1_000` as whole numbers; the dialect takes digits alone.
  if (isString(from) && isIntegral(to))
    return plain(`system.main.regexp_replace(${value}, '[^-+0-9\\s]', '?', 'g')`, to, tolerant);
  if (isString(from) && name(to) === "BOOLEAN")
    return `lakeward_fn.text_to_boolean${tolerant ? "_or_null" : ""}(${value})`;
  if (isString(from) && name(to) === "BINARY") return `system.main.encode(${value})`;
  if (name(from) === "BINARY" && isString(to)) return trying(`system.main.decode(${value})`, tolerant);
  if (isReal(from) && isString(to)) return `lakeward_fn.real_to_text(${value})`;
  if (name(from) === "TIMESTAMP" && isString(to))
    return trying(`CAST(CAST(${value} AS TIMESTAMP) AS VARCHAR)`, tolerant);
  if (name(from) === "TIMESTAMP" && isNumeric(to))
    return isReal(to) || to.kind === "decimal"
      ? plain(`(system.main.epoch_us(${value}) / 1000000)`, to, tolerant)
      : plain(`lakeward_fn.instant_to_seconds(${value})`, to, tolerant);
  if (isNumeric(from) && name(to) === "TIMESTAMP") {
    const seconds = isIntegral(from) ? `CAST(${value} AS BIGINT)` : value;
    return trying(`system.main.make_timestamptz(CAST((${seconds} * 1000000) AS BIGINT))`, tolerant);
  }
  throw unsupported(from, to);
}

function castArray(value: string, element: DataType, to: DataType, tolerant: boolean): string {
  const each = (item: DataType): string =>
    `system.main.list_transform(${value}, lambda e: ${printCast("e", element, item, tolerant)})`;
  if (to.kind === "array") return each(to.element);
  if (!isString(to)) throw unsupported(element, to);
  const shown = printCast("e", element, to, tolerant);
  return `('[' || system.main.array_to_string(system.main.list_transform(${value}, lambda e: coalesce(${shown}, 'null')), ', ') || ']')`;
}

function castStruct(value: string, from: StructType, to: StructType, tolerant: boolean): string {
  const fields = from.fields.map((field, i) => {
    const target = to.fields[i]!;
    const part = `system.main.struct_extract(${value}, ${quoteText(field.name)})`;
    return `${quoteName(target.name)} := ${printCast(part, field.type, target.type, tolerant)}`;
  });
  return `(CASE WHEN ${value} IS NULL THEN NULL ELSE system.main.struct_pack(${fields.join(", ")}) END)`;
}

function unsupported(from: DataType, to: DataType): Fault {
  return new Fault(
    "BAD_REQUEST",
    `[UNSUPPORTED_FEATURE] A cast from ${spellType(from)} to ${spellType(to)} is not supported.`,
    { reason: "UNSUPPORTED_FEATURE", sqlstate: "0A000" },
  );
}
