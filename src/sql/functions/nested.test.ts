import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { textOf } from "../engines/duckdb/text.ts";
import { parseQueryText } from "../parse/mod.ts";
import { printQuery } from "../print/mod.ts";
import { resolveQuery } from "../resolve/mod.ts";
import { spellType } from "../types/mod.ts";
import { refuseUnlessWalled } from "../verify/wall.ts";
import { macroStatements } from "./mod.ts";

type Expected = readonly [select: string, type: string, value: string | null];

const rows = "FROM VALUES (1, 'x'), (1, 'x'), (NULL, 'y'), (4, 'z') AS t(a, b)";

// biome-ignore format: a table is read in columns
const expected: readonly Expected[] = [
  ["transform(array(5, 6), (x, i) -> x * 10 + i)", "ARRAY<INT>", "[50,61]"],
  ["filter(array(7, 8, 9), (x, i) -> i > 0)", "ARRAY<INT>", "[8,9]"],
  ["transform(array(1, 2), x -> transform(array(3), (y, i) -> x + y + i))", "ARRAY<ARRAY<INT>>", "[[4],[5]]"],
  ["zip_with(array(1, 2), array(10, 20), (x, y) -> x + y)", "ARRAY<INT>", "[11,22]"],
  ["zip_with(array(1, 2), array('a'), (x, y) -> y)", "ARRAY<STRING>", '["a",null]'],
  ["map_filter(map('a', 1, 'b', 2), (k, v) -> v > 1)", "MAP<STRING, INT>", '{"b":2}'],
  ["transform_values(map('a', 1), (k, v) -> concat(k, v))", "MAP<STRING, STRING>", '{"a":"a1"}'],
  ["transform_keys(map('a', 1), (k, v) -> upper(k))", "MAP<STRING, INT>", '{"A":1}'],
  ["aggregate(array(1, 2), 0.5D, (s, x) -> s + x)", "DOUBLE", "3.5"],
  [`count(a, b) ${rows}`, "BIGINT", "3"],
  [`count(DISTINCT a, b) ${rows}`, "BIGINT", "2"],
  [`percentile_cont(0.5) WITHIN GROUP (ORDER BY a) ${rows}`, "DOUBLE", "1.0"],
  [`percentile_cont(0.25) WITHIN GROUP (ORDER BY a DESC) ${rows}`, "DOUBLE", "2.5"],
  [`string_agg(b, '-') WITHIN GROUP (ORDER BY b DESC) ${rows}`, "STRING", "z-y-x-x"],
  [`sum(a) / count(*) ${rows}`, "DOUBLE", "1.5"],
  ["CAST(3.75 AS DECIMAL(10,2)) / 2", "DECIMAL(21,13)", "1.8750000000000"],
  ["conv('ff', 16, 10)", "STRING", "255"],
  ["months_between(DATE '2024-03-31', DATE '2024-02-29')", "DOUBLE", "1.0"],
  ["'5' + 1", "BIGINT", "6"],
  ["DATE '2024-01-30' + INTERVAL 1 MONTH", "DATE", "2024-02-29"],
  ["named_struct('a', 1, 'b', 'x').b", "STRING", "x"],
];

describe("functions of nested values, and forms of more than one column", () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  before(async () => {
    instance = await DuckDBInstance.create(":memory:");
    connection = await instance.connect();
    for (const statement of ["SET TimeZone = 'UTC'", "CREATE SCHEMA lakeward_fn", ...macroStatements])
      await connection.run(statement);
  });

  after(() => {
    connection.closeSync();
    instance.closeSync();
  });

  for (const [select, type, value] of expected)
    it(`gives ${value} for ${select}`, async () => {
      const query = resolveQuery(parseQueryText(`SELECT ${select}`), { current: null, relation: () => undefined });
      const sql = printQuery(query);
      await refuseUnlessWalled(connection, sql, { relations: new Map(), shape: "statement" });
      const result = await connection.runAndReadAll(sql);
      const found = result.getRows()[0]?.[0] ?? null;
      assert.deepEqual(
        [spellType(query.columns[0]!.type), found === null ? null : textOf(result.columnType(0))(found)],
        [type, value],
      );
    });
});
