import { functionTable } from "../../../src/sql/functions/table.ts";
import { parseQueryText } from "../../../src/sql/parse/mod.ts";
import { resolveQuery } from "../../../src/sql/resolve/mod.ts";
import { typeOfText } from "../../../src/sql/types/mod.ts";
import { ADMIN, READER } from "../../sql/setting.ts";
import type { AttackWorld } from "./world.ts";

/** Deterministic numbers from a seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Kind = "INT" | "BIGINT" | "STRING" | "BOOLEAN" | "DATE" | "TIMESTAMP" | "DOUBLE" | "DECIMAL" | "ARRAY";

/** Columns of the tables that are compared, by kind. */
const columns: Readonly<Record<Kind, readonly string[]>> = {
  INT: ["id", "pay"],
  BIGINT: ["big"],
  STRING: ["code", "txt", "doc"],
  BOOLEAN: ["flag"],
  DATE: ["day"],
  TIMESTAMP: ["moment"],
  DOUBLE: ["real"],
  DECIMAL: ["cents"],
  ARRAY: ["items"],
};
const kinds = Object.keys(columns) as readonly Kind[];

const constants: Readonly<Record<Kind, readonly string[]>> = {
  INT: ["0", "1", "-1", "2147483647", "7", "1000"],
  BIGINT: ["0L", "9223372036854775807L", "3L"],
  STRING: ["''", "'('", "'a'", "'5'", "'ok1'", "'%'", "'\\\\'", "'2024-02-30'", "'$.a'", "'yyyy-MM-dd'"],
  BOOLEAN: ["TRUE", "FALSE", "CAST(NULL AS BOOLEAN)"],
  DATE: ["DATE '2024-02-29'", "DATE '0001-01-01'"],
  TIMESTAMP: ["TIMESTAMP '2024-02-29 10:00:00'"],
  DOUBLE: ["0.0D", "1.5D", "-1e308D"],
  DECIMAL: ["0.00", "1.50", "99999999.99"],
  ARRAY: ["array(1, 2, 3)", "array()"],
};

const casts: Readonly<Record<Kind, string>> = {
  INT: "INT",
  BIGINT: "BIGINT",
  STRING: "STRING",
  BOOLEAN: "BOOLEAN",
  DATE: "DATE",
  TIMESTAMP: "TIMESTAMP",
  DOUBLE: "DOUBLE",
  DECIMAL: "DECIMAL(10, 2)",
  ARRAY: "ARRAY<INT>",
};

/** Functions whose value may differ for the same rows are left out. */
const scalars = functionTable.filter(
  (row) =>
    row.kind === "scalar" &&
    !row.volatile &&
    !/^(now|current_|curdate|repeat|space|rpad|lpad|sequence|array_repeat|unix_timestamp|to_unix_timestamp)/.test(
      row.name,
    ),
);
const aggregates = ["count", "min", "max", "count_if", "sum", "avg", "bool_and", "bool_or", "bit_xor", "count"];

/** Random statements over one table, written `FROM` as `$table`, to be run on two that should be alike. */
class Statements {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** The next statement that resolves: most of what chance makes has types that do not go together. */
  next(): string {
    for (;;) {
      const statement = this.#any();
      if (resolves(statement.replaceAll("$table", "s.filtered"))) return statement;
    }
  }

  #any(): string {
    const where = this.#condition(3);
    const other = this.#condition(2);
    const kind = this.#of(kinds);
    const value = this.#value(kind, 2);
    switch (Math.floor(this.#random() * 14)) {
      case 0:
        return `SELECT count(*) FROM $table WHERE ${where}`;
      case 1:
        return `SELECT count(${value}) FROM $table WHERE ${where}`;
      case 2:
        return `SELECT ${this.#aggregate()} FROM $table WHERE ${where}`;
      case 3:
        return `SELECT ${value} AS x, count(*) FROM $table GROUP BY ${value} ORDER BY 2 DESC, 1 LIMIT 5`;
      case 4:
        return `SELECT count(*) FROM (SELECT id AS k FROM t) AS q WHERE EXISTS (SELECT 1 FROM $table WHERE id = k AND ${where})`;
      case 5:
        return `SELECT count(*) FROM (SELECT id AS k FROM t) AS q JOIN $table ON id >= k AND ${where}`;
      case 6:
        return `SELECT count(x) FROM (SELECT ${value} AS x FROM $table WHERE ${where}) AS q WHERE x IS NOT NULL`;
      case 7:
        return `SELECT max(n) FROM (SELECT count(*) OVER (PARTITION BY ${value}) AS n FROM $table) AS q`;
      case 8:
        return `SELECT count(*) FROM $table WHERE ${where} AND ${other}`;
      case 9:
        return `SELECT count(*) FROM $table WHERE ${where} OR ${other}`;
      case 10:
        return `SELECT count(*) FILTER (WHERE ${where}), ${this.#aggregate()} FROM $table WHERE ${other}`;
      case 11:
        return `WITH c AS (SELECT id, ${value} AS x FROM $table WHERE ${other}) SELECT count(*) FROM c AS a LEFT JOIN c AS b ON a.id = b.id AND a.x = b.x`;
      case 12:
        return `SELECT count(*) FROM (SELECT ${value} AS x FROM $table WHERE ${where} EXCEPT SELECT ${this.#value(kind, 1)} FROM $table WHERE ${other}) AS q`;
      default:
        return `SELECT count(e) FROM $table LATERAL VIEW explode(${this.#value("ARRAY", 2)}) v AS e WHERE ${where}`;
    }
  }

  #of<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)]!;
  }

  #aggregate(): string {
    return `${this.#of(aggregates)}(${this.#value(this.#of(kinds), 2)})`;
  }

  #condition(depth: number): string {
    const chance = this.#random();
    const kind = this.#of(kinds);
    if (chance < 0.5)
      return `(${this.#value(kind, depth)} ${this.#of(["=", "<", ">=", "<>", "<=>"])} ${this.#value(kind, depth - 1)})`;
    if (chance < 0.6) return `(${this.#value(kind, depth)} IS NOT NULL)`;
    if (chance < 0.7)
      return `(${this.#value("STRING", depth)} ${this.#of(["LIKE", "RLIKE"])} ${this.#value("STRING", 1)})`;
    if (chance < 0.8 && depth > 0)
      return `(${this.#condition(depth - 1)} ${this.#of(["AND", "OR"])} ${this.#condition(depth - 1)})`;
    if (chance < 0.9) return `(${this.#value(kind, depth)} IN (${this.#value(kind, 1)}, ${this.#of(constants[kind])}))`;
    return this.#value("BOOLEAN", depth);
  }

  #value(kind: Kind, depth: number): string {
    const chance = this.#random();
    if (depth <= 0 || chance < 0.25) return this.#random() < 0.75 ? this.#of(columns[kind]) : this.#of(constants[kind]);
    if (chance < 0.35) return `CAST(${this.#value(this.#of(kinds), depth - 1)} AS ${casts[kind]})`;
    if (chance < 0.4) return `try_cast(${this.#value(this.#of(kinds), depth - 1)} AS ${casts[kind]})`;
    if (chance < 0.5)
      return `CASE WHEN ${this.#condition(depth - 1)} THEN ${this.#value(kind, depth - 1)} ELSE ${this.#value(kind, depth - 1)} END`;
    if (chance < 0.6 && ["INT", "BIGINT", "DOUBLE", "DECIMAL"].includes(kind))
      return `(${this.#value(kind, depth - 1)} ${this.#of(["+", "-", "*", "/", "%", "div"])} ${this.#value(kind, depth - 1)})`;
    return this.#call(kind, depth);
  }

  /** A call of a form that gives the kind, or one whose type is open. */
  #call(kind: Kind, depth: number): string {
    const fitting = scalars.filter(
      (row) => typeof row.returns !== "string" || row.returns === kind || /^[A-Z]$/.test(row.returns),
    );
    const row = this.#of(fitting);
    const given = row.parameters.flatMap((pattern) => this.#argument(pattern, kind, depth - 1));
    return `${row.name}(${given.join(", ")})`;
  }

  #argument(pattern: string, kind: Kind, depth: number): readonly string[] {
    if (pattern.includes("->")) return [this.#of(["x -> x", "x -> x > 1", "(x, y) -> x"])];
    const plain = pattern.replace(/[+*=]/g, "");
    const repeats = /[+*]$/.test(pattern) ? 2 : 1;
    const wanted: Kind = plain.startsWith("ARRAY")
      ? "ARRAY"
      : (kinds as readonly string[]).includes(plain)
        ? (plain as Kind)
        : kind;
    return Array.from({ length: repeats }, () => this.#value(wanted, depth));
  }
}

const types: Readonly<Record<string, string>> = {
  id: "INT",
  code: "STRING",
  txt: "STRING",
  doc: "STRING",
  pay: "INT",
  big: "BIGINT",
  flag: "BOOLEAN",
  day: "DATE",
  moment: "TIMESTAMP",
  real: "DOUBLE",
  cents: "DECIMAL(12,4)",
  items: "ARRAY<INT>",
  region: "STRING",
};
const known = Object.entries(types).map(([name, type]) => ({ name, type: typeOfText(type) }));
const known_t = [{ name: "id", type: typeOfText("INT") }];

function resolves(text: string): boolean {
  try {
    const relation = (name: string) => (name === "lake.s.t" ? known_t : known);
    resolveQuery(parseQueryText(text), { relation, current: ["lake", "s"] });
    return true;
  } catch {
    return false;
  }
}

/** 3,000 rows, of which 60 are hidden and hold what functions fail on. */
const HIDDEN = "id % 100 = 7 OR id % 100 = 8";
const hiddenElse = (hidden: string, visible: string): string =>
  `CASE WHEN ${HIDDEN} THEN ${hidden} ELSE ${visible} END`;
const mixedRows = `SELECT CAST(id AS INT) AS id,
  ${hiddenElse("CASE WHEN id % 2 = 0 THEN 'poison(' ELSE '\\\\' END", "concat('ok', CAST(id % 50 AS STRING))")} AS code,
  ${hiddenElse("'none'", "CAST(1 + id % 90 AS STRING)")} AS txt,
  ${hiddenElse("'{broken'", "concat('{\"a\": ', CAST(id % 9 AS STRING), '}')")} AS doc,
  ${hiddenElse("CASE WHEN id % 2 = 0 THEN 0 ELSE -2147483648 END", "CAST(1 + id % 10 AS INT)")} AS pay,
  ${hiddenElse("9223372036854775807", "id")} AS big,
  ${hiddenElse("CAST(NULL AS BOOLEAN)", "id % 2 = 0")} AS flag,
  ${hiddenElse("date_add(DATE '9999-12-31', 100000000)", "date_add(DATE '2024-01-01', CAST(id % 300 AS INT))")} AS day,
  ${hiddenElse("timestamp_micros(9223372036854775800)", "timestamp_seconds(1700000000 + id)")} AS moment,
  ${hiddenElse("CAST('NaN' AS DOUBLE)", "CAST(id AS DOUBLE) / 8")} AS real,
  CAST(${hiddenElse("99999999.99", "CAST(id AS DECIMAL(10, 2)) / 4")} AS DECIMAL(12, 4)) AS cents,
  ${hiddenElse("CAST(array() AS ARRAY<INT>)", "array(CAST(id % 5 AS INT), 2)")} AS items,
  ${hiddenElse("'us'", "'eu'")} AS region
  FROM range(3000)`;

const declared = Object.entries(types)
  .map(([name, type]) => `${name} ${type}`)
  .join(", ");

/** Ways to hide rows, each over a table with the hidden ones and over its twin that holds the visible ones alone. */
const hiding: Readonly<Record<string, (rows: string, name: string) => readonly string[]>> = {
  filtered: (rows, name) => [
    `CREATE TABLE lake.s.${name} AS SELECT * FROM ${rows}`,
    `ALTER TABLE lake.s.${name} SET ROW FILTER lake.gov.by_region ON (region)`,
  ],
  lent: (rows, name) => [
    `CREATE VIEW lake.s.${name} AS SELECT * FROM ${rows} AS b
       WHERE EXISTS (SELECT 1 FROM lake.gov.region_map AS m WHERE m.u = current_user() AND m.region = b.region)`,
  ],
  handed: (rows, name) => [
    `CREATE FUNCTION lake.s.${name}() RETURNS TABLE (${declared}) RETURN SELECT * FROM ${rows} WHERE region RLIKE '^e'`,
  ],
};

const setup: readonly string[] = [
  `CREATE TABLE lake.vault.mixed AS ${mixedRows}`,
  "CREATE TABLE lake.vault.plain AS SELECT * FROM lake.vault.mixed WHERE region = 'eu'",
  ...Object.entries(hiding).flatMap(([way, make]) => [
    ...make("lake.vault.mixed", way),
    ...make("lake.vault.plain", `${way}_alone`),
  ]),
];

export interface Difference {
  readonly statement: string;
  readonly source: string;
  readonly alone: string;
  readonly seen: string;
}

export interface Compared {
  readonly differences: readonly Difference[];
  /** Statements that fail on the visible rows by themselves. */
  readonly failed: number;
  /** Statements that tell of the hidden rows once nothing is enforced. */
  readonly biting: number;
}

/**
 * Runs `count` random statements over each way to hide rows, where there are hidden ones and where there are none. Each must give
 * the same rows, or the same error: whatever differs tells of what is hidden.
 */
export async function compare(world: AttackWorld, count: number, seed: number): Promise<Compared> {
  for (const statement of setup) await world.must(ADMIN, statement);
  const statements = new Statements(seed);
  const differences: Difference[] = [];
  let failed = 0;
  let biting = 0;
  const outcome = async (statement: string, way: string, twin = ""): Promise<string> => {
    const source = `${way}${twin}${way === "handed" ? "()" : ""}`;
    const { rows, error } = await world.run(READER, statement.replaceAll("$table", source));
    // Where in the text a fault stands moves with the source's name.
    return error?.replace(/\(line \d+, column \d+\)/, "") ?? JSON.stringify(rows);
  };
  for (let i = 0; i < count; i += 1) {
    const statement = statements.next();
    for (const way of Object.keys(hiding)) {
      const alone = await outcome(statement, way, "_alone");
      const seen = await outcome(statement, way);
      if (seen !== alone) differences.push({ statement, source: way, alone, seen });
      if (way !== "filtered") continue;
      if (alone.startsWith("[[") === false) failed += 1;
      if ((await world.unenforced(() => outcome(statement, way))) !== alone) biting += 1;
    }
  }
  return { differences, failed, biting };
}
