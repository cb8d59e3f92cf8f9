import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { isBuiltIn, macroStatements } from "../functions/mod.ts";
import { functionTable } from "../functions/table.ts";
import { parseQueryText } from "../parse/mod.ts";
import { printQuery } from "../print/mod.ts";
import { resolveQuery } from "../resolve/mod.ts";
import type { Physical, Query } from "../resolve/resolved.ts";
import { spellEngineType, typeOfText } from "../types/mod.ts";
import { enforcement } from "./enforcement.ts";
import { govern } from "./govern.ts";
import { isLeakProof } from "./leak-proof.ts";

/** Columns by name, each with its type and the engine's texts of values at the ends of what the type holds. */
const columns: Readonly<Record<string, readonly [type: string, values: readonly string[]]>> = {
  tiny: ["TINYINT", ["-128", "127", "0"]],
  whole: ["INT", ["-2147483648", "2147483647", "0"]],
  big: ["BIGINT", ["-9223372036854775808", "9223372036854775807", "0"]],
  single: ["FLOAT", ["'-inf'", "'nan'", "3.4e38", "1e-45", "-0.0"]],
  real: ["DOUBLE", ["'inf'", "'-inf'", "'nan'", "1.7e308", "5e-324", "-0.0"]],
  cents: ["DECIMAL(10,2)", ["99999999.99", "-99999999.99", "0"]],
  wide: ["DECIMAL(38,0)", [`${"9".repeat(38)}::HUGEINT`, `-${"9".repeat(38)}::HUGEINT`, "0"]],
  name: [
    "STRING",
    [
      "''",
      "'a'",
      "'\\'",
      "'%_\\%'",
      "chr(0)",
      "repeat('é€😀', 100)",
      "'2024-02-30'",
      "'infinity'",
      "'294247-01-10 04:00:54.775807'",
      "'290309-12-22 (BC) 00:00:00'",
      "'99999999-01-01'",
      "'2024-01-01 00:00:00 Nowhere/Land'",
      "'2024-01-01T25:00:00+99:00'",
      "repeat('9', 400)",
      "'1e400'",
      "'-1e-400'",
      "' 12 '",
      "'0x1F'",
      "'+'",
      "'.'",
      "'true'",
    ],
  ],
  flag: ["BOOLEAN", ["true", "false"]],
  bytes: ["BINARY", ["'\\xFF\\xC3\\x28'::BLOB", "''::BLOB", "'\\x00'::BLOB"]],
  day: [
    "DATE",
    ["'infinity'", "'-infinity'", "'5881580-07-10'", "'5877642-06-25 (BC)'", "'0001-01-01'", "'2024-02-29'"],
  ],
  moment: [
    "TIMESTAMP",
    [
      "'infinity'",
      "'-infinity'",
      "make_timestamptz(9223372036854775806)",
      "make_timestamptz(-9223372022400000000)",
      "'0001-01-01'",
    ],
  ],
  local: [
    "TIMESTAMP_NTZ",
    ["'infinity'", "'-infinity'", "make_timestamp(9223372036854775806)", "make_timestamp(-9223372022400000000)"],
  ],
  items: ["ARRAY<STRING>", ["[]", "['', NULL, '1']"]],
  days: ["ARRAY<DATE>", ["['infinity'::DATE, '5881580-07-10'::DATE]"]],
  moments: ["ARRAY<TIMESTAMP>", ["[make_timestamptz(9223372036854775806)]"]],
  parts: ["STRUCT<a: INT, b: STRING>", ["{'a': 2147483647, 'b': ''}", "{'a': NULL, 'b': NULL}"]],
  pairs: ["MAP<STRING, INT>", ["MAP {}", "MAP {'': NULL}"]],
};

const names = Object.keys(columns);
const rowCount = Math.max(...Object.values(columns).map(([, values]) => values.length));
const known = Object.entries(columns).map(([name, [type]]) => ({ id: name, name, type: typeOfText(type) }));
const physical: Physical = { kind: "physical", alias: "p", schema: "rel", table: "r1", columns: known };
const treatment = { physical, filter: null, masks: new Map(), needed: new Set(names) };

function resolve(text: string): Query | undefined {
  try {
    return resolveQuery(parseQueryText(text), { relation: () => known, current: ["c", "s"] });
  } catch {
    return undefined;
  }
}

const constants = [
  "1",
  "-2147483648",
  "2147483647",
  "''",
  "'a'",
  "'\\\\'",
  "'%\\\\'",
  "DATE '2024-02-29'",
  "NULL",
  "1.5",
  "2.5D",
];
const types = [
  ...Object.values(columns).map(([type]) => type),
  ...["INT", "DATE", "TIMESTAMP"].map((type) => `ARRAY<${type}>`),
  "STRUCT<a: BIGINT, b: DATE>",
  "STRUCT<x: STRING, y: TIMESTAMP>",
  "MAP<STRING, STRING>",
];
const binary = ["=", "<>", "<", "<=", ">", ">=", "<=>", "AND", "OR", "LIKE", "ILIKE", "||", "+", "-", "*", "/", "%"];
const sure = functionTable.filter((row) => row.leak_proof && isBuiltIn(row.name));
const called = [...new Set(sure.map((row) => row.name))];
const takesThree = new Set(sure.filter((row) => row.parameters.length >= 3).map((row) => row.name));

/** Every function that is leak-proof in some form, every operator and cast, over every column. */
const expressions: readonly string[] = [
  ...names.flatMap((name) => [
    `NOT ${name}`,
    `-${name}`,
    `${name} IS NULL`,
    `${name} IS TRUE`,
    `parts.a + ${name}`,
    `CASE WHEN flag THEN ${name} END`,
    ...types.flatMap((type) => [`CAST(${name} AS ${type})`, `try_cast(${name} AS ${type})`]),
    ...[...names, ...constants].flatMap((other) => [
      ...binary.map((operator) => `${name} ${operator} ${other}`),
      `${name} BETWEEN ${other} AND ${name}`,
      `${name} IN (${other}, ${name})`,
    ]),
    `min(${name}) OVER (ORDER BY ${name})`,
    `max(${name}) OVER (ORDER BY ${name} ROWS BETWEEN 2147483647 PRECEDING AND 9223372036854775807 FOLLOWING)`,
    `count(${name}) OVER (ORDER BY ${name} RANGE BETWEEN 1 PRECEDING AND 2147483647 FOLLOWING)`,
    `count(${name}) OVER (ORDER BY ${name} RANGE BETWEEN 9223372036854775807 PRECEDING AND CURRENT ROW)`,
  ]),
  ...called.flatMap((name) => [
    `${name}()`,
    ...names.flatMap((first) => [
      `${name}(${first})`,
      ...[...names, ...constants].flatMap((second) => [
        `${name}(${first}, ${second})`,
        ...(takesThree.has(name) ? constants.map((third) => `${name}(${first}, ${second}, ${third})`) : []),
      ]),
    ]),
  ]),
];

describe("what is held for leak-proof", () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  before(async () => {
    instance = await DuckDBInstance.create(":memory:");
    connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run("CREATE SCHEMA lakeward_fn");
    for (const statement of macroStatements) await connection.run(statement);
    await connection.run("CREATE SCHEMA rel");
    const declared = known.map((column) => `"${column.name}" ${spellEngineType(column.type)}`);
    await connection.run(`CREATE TABLE rel.r1 (${declared.join(", ")})`);
    for (let row = 0; row <= rowCount; row += 1) {
      const values = known.map(
        ({ name, type }) => `CAST(${columns[name]![1][row] ?? "NULL"} AS ${spellEngineType(type)})`,
      );
      await connection.run(`INSERT INTO rel.r1 SELECT ${values.join(", ")}`);
    }
  });
  after(() => {
    connection.closeSync();
    instance.closeSync();
  });

  test("fails on no value at the ends of its type", async (context) => {
    const failed: string[] = [];
    let judged = 0;
    for (const expression of expressions) {
      const query = resolve(`SELECT ${expression} AS x FROM t`);
      if (!query || !isLeakProof(query)) continue;
      judged += 1;
      const text = printQuery(govern(query, new Map([["c.s.t", treatment]]), enforcement, null));
      try {
        await connection.run(`CREATE OR REPLACE TABLE made AS ${text}`);
      } catch (error) {
        failed.push(`${expression}: ${error instanceof Error ? error.message.slice(0, 200) : ""}`);
      }
    }
    context.diagnostic(`${judged} of ${expressions.length} expressions are held for leak-proof`);
    assert.ok(judged > 1000);
    assert.deepEqual(failed, []);
  });
});
