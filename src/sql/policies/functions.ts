import { CHARACTERS_MAX, double, integer, type PolicyType, text, Uncomputable, type Value } from "./value.ts";

/** A function of policies whose arguments are all of one type, and none of them NULL: with one that is, the result is NULL. */
interface PlainFunction {
  readonly of: "STRING" | "number";
  readonly rest?: "INT";
  readonly min: number;
  readonly max: number;
  readonly returns: PolicyType;
  readonly run: (...given: never[]) => Value;
}

const strings = (min: number, max: number, returns: PolicyType, run: (...given: string[]) => Value): PlainFunction => ({
  of: "STRING",
  min,
  max,
  returns,
  run: run as PlainFunction["run"],
});

const charactersOf = (value: string): readonly string[] => Array.from(value);

/** From 1; a start before the beginning counts from the end, as Databricks' substring. */
function substring(value: string, start: number, length = Number.MAX_SAFE_INTEGER): string {
  const all = charactersOf(value);
  const from = start > 0 ? start - 1 : start < 0 ? all.length + start : 0;
  const end = Math.min(all.length, from + Math.max(0, length));
  return all.slice(Math.max(0, from), Math.max(0, end)).join("");
}

const without = (value: string, side: RegExp): string => value.replace(side, "");

/**
 * Source: Databricks docs "Service policy function reference", the supported SQL subset. Those that depend on NULL, types or names are in
 * `calls.ts`.
 */
export const plainFunctions: Readonly<Record<string, PlainFunction>> = {
  CONCAT: strings(1, 64, "STRING", (...parts) => text(parts.join(""))),
  LENGTH: strings(1, 1, "INT", (value) => charactersOf(value).length),
  CHAR_LENGTH: strings(1, 1, "INT", (value) => charactersOf(value).length),
  UPPER: strings(1, 1, "STRING", (value) => text(value.toUpperCase())),
  LOWER: strings(1, 1, "STRING", (value) => text(value.toLowerCase())),
  TRIM: strings(1, 1, "STRING", (value) => without(without(value, /^ +/), / +$/)),
  LTRIM: strings(1, 1, "STRING", (value) => without(value, /^ +/)),
  RTRIM: strings(1, 1, "STRING", (value) => without(value, / +$/)),
  REPLACE: strings(2, 3, "STRING", (value, search, by = "") => (search === "" ? value : replaced(value, search, by))),
  STARTSWITH: strings(2, 2, "BOOLEAN", (value, start) => value.startsWith(start)),
  ENDSWITH: strings(2, 2, "BOOLEAN", (value, end) => value.endsWith(end)),
  CONTAINS: strings(2, 2, "BOOLEAN", (value, part) => value.includes(part)),
  SUBSTRING: {
    of: "STRING",
    rest: "INT",
    min: 2,
    max: 3,
    returns: "STRING",
    run: ((value: string, start: number, length?: number) => substring(value, start, length)) as PlainFunction["run"],
  },
  ABS: {
    of: "number",
    min: 1,
    max: 1,
    returns: "DOUBLE",
    run: ((value: number) => Math.abs(value)) as PlainFunction["run"],
  },
};

/** Measured before it is made: a short text may become a very long one. @throws Uncomputable */
function replaced(value: string, search: string, by: string): string {
  let length = value.length;
  for (let at = value.indexOf(search); at >= 0; at = value.indexOf(search, at + search.length)) {
    length += by.length - search.length;
    if (length > 2 * CHARACTERS_MAX) throw new Uncomputable("a text became too long");
  }
  return text(value.replaceAll(search, () => by));
}

/** Numbers by their operator. Integers stay integers but for `/`. @throws Uncomputable beyond range, or by zero. */
export const arithmetic: Readonly<Record<string, (left: number, right: number, isInteger: boolean) => number>> = {
  "+": (left, right, isInteger) => (isInteger ? integer : double)(left + right),
  "-": (left, right, isInteger) => (isInteger ? integer : double)(left - right),
  "*": (left, right, isInteger) => (isInteger ? integer : double)(left * right),
  "/": (left, right) => double(left / right),
  "%": (left, right, isInteger) => (isInteger ? integer : double)(left % right),
};
