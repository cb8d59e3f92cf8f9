import type { FunctionRow } from "../../../../src/sql/functions/row.ts";
import { functionTable } from "../../../../src/sql/functions/table.ts";
import { parseQueryText } from "../../../../src/sql/parse/mod.ts";
import { resolveQuery } from "../../../../src/sql/resolve/mod.ts";
import { typeOfText } from "../../../../src/sql/types/mod.ts";
import { Tape } from "../oracle/tape.ts";

/** Columns of the matrix's tables, by type; their hidden values are at the ends of what functions take. */
const columns: Readonly<Record<string, string>> = {
  id: "INT",
  code: "STRING",
  txt: "STRING",
  doc: "STRING",
  region: "STRING",
  pay: "INT",
  least: "INT",
  most: "INT",
  big: "BIGINT",
  day: "DATE",
  real: "DOUBLE",
  cents: "DECIMAL(10,2)",
  wide: "DECIMAL(38,0)",
  items: "ARRAY<INT>",
};

/** What stands for types of which there is no column, and what is given beside one. */
const others: readonly string[] = [
  "CAST(day AS TIMESTAMP)",
  "CAST(day AS TIMESTAMP_NTZ)",
  "pay > 0",
  "map(code, pay)",
  "named_struct('a', pay)",
  "array(code, txt)",
  "array(array(pay))",
  "array(map('k', pay))",
  "CAST(code AS BINARY)",
  "INTERVAL '1' DAY * pay",
  "INTERVAL '1' YEAR * pay",
  "1",
  "2",
  "'a'",
  "'yyyy'",
  "'DAY'",
  "'$.a'",
  "0.5D",
  "TRUE",
  "NULL",
];
const lambdas = ["x -> x", "x -> x > 1", "(x, y) -> x", "(x, y) -> x > y", "(x, y) -> x + y"];

/** Attempts at arguments that resolve, for each form of a function; most of what chance gives does not go together. */
const ATTEMPTS = 120;
const CALLS_EACH = 6;
const ARGUMENTS_MAX = 4;

const known = Object.entries(columns).map(([name, type]) => ({ name, type: typeOfText(type) }));

const resolves = (call: string): boolean => {
  try {
    resolveQuery(parseQueryText(`SELECT ${call} FROM of_x`), { relation: () => known, current: ["lake", "s"] });
    return true;
  } catch {
    return false;
  }
};

function written(row: FunctionRow, given: readonly string[]): string {
  const [a = "", b = "", c = ""] = given;
  if (row.kind === "window") return `${row.name}(${given.join(", ")}) OVER (PARTITION BY code ORDER BY id)`;
  if (row.ordered_set) return `${row.name}(0.5) WITHIN GROUP (ORDER BY ${a})`;
  if (row.kind !== "operator") return `${row.name}(${given.join(", ")})`;
  if (row.name === "subscript") return `(${a})[${b}]`;
  if (row.name.startsWith("is ")) return `(${a} ${row.name})`;
  if (row.name === "negative") return `(- (${a}))`;
  if (row.name === "not" || row.name === "~") return `(${row.name} (${a}))`;
  return c === "" ? `((${a}) ${row.name} (${b}))` : `((${a}) ${row.name} (${b}) ESCAPE '${c.replaceAll("'", "")}')`;
}

function argumentFor(tape: Tape, pattern: string): string {
  if (pattern.includes("->")) return tape.of(lambdas);
  return tape.chance(65) ? tape.of(Object.keys(columns)) : tape.of(others);
}

/** A few calls of each form of each function of the language, on columns that hold hidden values. */
export function callsOfAll(): ReadonlyMap<string, readonly string[]> {
  const calls = new Map<string, readonly string[]>();
  for (const [i, row] of functionTable.entries()) {
    if (row.kind === "generator" || row.volatile || row.fold || row.name.startsWith("grouping")) continue;
    const found = new Set<string>();
    for (let attempt = 0; attempt < ATTEMPTS && found.size < CALLS_EACH; attempt += 1) {
      const tape = new Tape(numbers(i * ATTEMPTS + attempt));
      const given = row.parameters.flatMap((pattern) =>
        Array.from({ length: /[*+]/.test(pattern) ? 1 + tape.below(2) : 1 }, () => argumentFor(tape, pattern)),
      );
      if (given.length > ARGUMENTS_MAX) continue;
      const call = written(row, given);
      const reads = Object.keys(columns).some((name) => new RegExp(`\\b${name}\\b`).test(call));
      if ((reads || row.parameters.length === 0) && resolves(call)) found.add(call);
    }
    const key = `${row.name}(${row.parameters.join("; ")})`;
    if (!FOLDED.test(row.name)) calls.set(key, [...found]);
  }
  return calls;
}

/** What is the statement's and no row's. */
const FOLDED = /^(now|curdate|current_|unix_timestamp|to_unix_timestamp|uuid)/;

/** Numbers that look like chance, the same for the same seed. */
function numbers(seed: number): readonly number[] {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return Array.from({ length: 24 }, () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return (state ^ (state >>> 13)) & 0xffff;
  });
}
