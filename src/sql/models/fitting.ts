import { type DataType, isNumeric } from "../types/mod.ts";

/** A value of a model's answer that is none of its declared type. */
export class Misfit extends Error {
  /** Databricks spelling is the caller's to give: this is the place within the answer, as `.items[2].price`. */
  readonly at: string;

  constructor(at: string) {
    super(`The value at ${at} does not fit.`);
    this.name = "Misfit";
    this.at = at;
  }
}

/** Bounds of whole numbers, both included. */
const integral: Readonly<Record<string, readonly [bigint, bigint]>> = {
  TINYINT: [-(2n ** 7n), 2n ** 7n - 1n],
  SMALLINT: [-(2n ** 15n), 2n ** 15n - 1n],
  INT: [-(2n ** 31n), 2n ** 31n - 1n],
  BIGINT: [-(2n ** 63n), 2n ** 63n - 1n],
};

const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const WHOLE = /^[+-]?\d+(\.0+)?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-][01]\d:[0-5]\d)?)?$/;

/**
 * JSON as a type has it, so that the engine can read it without an error: the fields that a struct declares, NULL where there is none,
 * and nothing else. Looked at here, value by value, since an error of the engine's would end the statement, and not one row.
 * @throws Misfit for a value that is none of its type.
 */
export function fitted(value: unknown, type: DataType, at = ""): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case "array":
      if (!Array.isArray(value)) throw new Misfit(at);
      return value.map((one: unknown, index) => fitted(one, type.element, `${at}[${index}]`));
    case "struct": {
      const given = new Map(entriesOf(value, at).map(([name, one]) => [name.toLowerCase(), one]));
      return Object.fromEntries(
        type.fields.map(({ name, type: own }) => [
          name,
          fitted(given.get(name.toLowerCase()) ?? null, own, `${at}.${name}`),
        ]),
      );
    }
    case "map":
      return Object.fromEntries(
        entriesOf(value, at).map(([name, one]) => {
          fitted(name, type.key, `${at}.${name}`);
          return [name, fitted(one, type.value, `${at}.${name}`)];
        }),
      );
    default:
      return fittedScalar(value, type, at);
  }
}

function entriesOf(value: unknown, at: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Misfit(at);
  return Object.entries(value);
}

function fittedScalar(value: unknown, type: DataType, at: string): unknown {
  if (type.kind === "simple" && type.name === "STRING")
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  if (typeof value === "object") throw new Misfit(at);
  const text = String(value).trim();
  if (!fits(text, type)) throw new Misfit(at);
  // Numbers and words as text are read exactly; a number in JSON has been through a double already.
  return text;
}

function fits(text: string, type: DataType): boolean {
  if (isNumeric(type)) return NUMBER.test(text) && fitsNumber(text, type);
  if (type.kind !== "simple") return false;
  switch (type.name) {
    case "BOOLEAN":
      return /^(true|false)$/i.test(text);
    case "DATE":
      return isDate(text);
    case "TIMESTAMP":
    case "TIMESTAMP_NTZ":
      return isDate(TIMESTAMP.exec(text)?.[1] ?? "");
    default:
      return false;
  }
}

function fitsNumber(text: string, type: DataType): boolean {
  if (type.kind === "decimal") return Math.abs(Number(text)) < 10 ** (type.precision - type.scale);
  const bounds = type.kind === "simple" ? integral[type.name] : undefined;
  if (!bounds) return Number.isFinite(Number(text));
  if (!WHOLE.test(text)) return false;
  const whole = BigInt(text.replace(/\.0+$/, "").replace(/^\+/, ""));
  return whole >= bounds[0] && whole <= bounds[1];
}

/** A day that there is. */
function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  const read = new Date(`${text}T00:00:00Z`);
  return (
    year !== undefined &&
    Number(year) > 0 &&
    !Number.isNaN(read.getTime()) &&
    read.getUTCMonth() + 1 === Number(month) &&
    read.getUTCDate() === Number(day)
  );
}
