import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { EngineStep } from "#sql/engines/engine.ts";
import { startEngine } from "./engine-fixture.ts";

describe("a result of the engine", () => {
  const fixture = startEngine({ processes: 1 });
  after(() => fixture[Symbol.asyncDispose]());

  const values: readonly (readonly [string, string | null])[] = [
    ["NULL", null],
    ["true", "true"],
    ["CAST(7 AS TINYINT)", "7"],
    ["9007199254740993", "9007199254740993"],
    ["CAST('170141183460469231731687303715884105727' AS HUGEINT)", "170141183460469231731687303715884105727"],
    ["CAST('1.50' AS DECIMAL(10,2))", "1.50"],
    ["CAST('-0.05' AS DECIMAL(38,2))", "-0.05"],
    ["CAST(1 AS DOUBLE)", "1.0"],
    ["CAST(0.1 AS DOUBLE)", "0.1"],
    ["CAST(12345678 AS DOUBLE)", "1.2345678E7"],
    ["CAST(1e-5 AS DOUBLE)", "1.0E-5"],
    ["CAST('nan' AS DOUBLE)", "NaN"],
    ["CAST('-inf' AS DOUBLE)", "-Infinity"],
    ["CAST(0.1 AS FLOAT)", "0.1"],
    ["CAST(16777216 AS FLOAT)", "1.6777216E7"],
    ["'text with \" and ü'", 'text with " and ü'],
    ["TIMESTAMPTZ '2024-01-01 00:00:00+00'", "2024-01-01T00:00:00.000Z"],
    ["TIMESTAMPTZ '2024-01-01 01:00:00+01'", "2024-01-01T00:00:00.000Z"],
    ["TIMESTAMP '1969-12-31 23:59:59.123456'", "1969-12-31T23:59:59.123456"],
    ["DATE '1582-10-04'", "1582-10-04"],
    ["CAST('\\xAA\\x00' AS BLOB)", "qgA="],
    ["[1, NULL, 9007199254740993]", "[1,null,9007199254740993]"],
    ["['a\"', 'b']", '["a\\"","b"]'],
    ["{'a': 1, 'b': [DATE '2024-01-01'], 'c': {'d': true}}", '{"a":1,"b":["2024-01-01"],"c":{"d":true}}'],
    ["MAP {'k': CAST(1.50 AS DECIMAL(3,2)), 'l': NULL}", '{"k":1.50,"l":null}'],
    ["[CAST(1 AS DOUBLE), CAST(2.5 AS DOUBLE)]", "[1.0,2.5]"],
    ["CAST([] AS INTEGER[])", "[]"],
  ];
  for (const expected of [undefined, "few", "likely_few"] as const)
    for (const count of [0, 1, 2047, 2048, 2049, 5000])
      it(`has all of its ${count} rows in their order, expected to be ${expected ?? "any number"}`, async () => {
        for (const prefix of ["", "WITH numbers AS (SELECT 1) "]) {
          const sql = `${prefix}SELECT i AS c1 FROM range(${count}) AS r(i) ORDER BY i DESC`;
          const { rows, columns, truncated } = await fixture.run(sql, { ...(expected && { expected }) });
          assert.deepEqual(
            rows,
            Array.from({ length: count }, (_, i) => [String(count - 1 - i)]),
          );
          assert.deepEqual([columns, truncated], [[{ name: "c1", type: "BIGINT" }], false]);
          const cut = await fixture.run(sql, { rows_max: 10, ...(expected && { expected }) });
          assert.deepEqual([cut.rows.length, cut.truncated], [Math.min(10, count), count > 10]);
        }
      });

  for (const [sql, text] of values) {
    it(`says ${sql} as ${text}`, async () => {
      assert.deepEqual((await fixture.run(`SELECT ${sql} AS a`)).rows, [[text]]);
    });
  }

  it("names its columns and their types", async () => {
    const { columns } = await fixture.run('SELECT 1 AS "A b", CAST(1 AS DECIMAL(5,2)) AS c, lakeward_fn.twice(2) AS d');
    assert.deepEqual(columns, [
      { name: "A b", type: "INTEGER" },
      { name: "c", type: "DECIMAL(5,2)" },
      { name: "d", type: "INTEGER" },
    ]);
  });

  it("keeps the order of ORDER BY over more rows than one chunk", async () => {
    const { rows } = await fixture.run("SELECT r.i FROM range(9000) AS r(i) ORDER BY r.i DESC");
    assert.equal(rows.length, 9000);
    assert.deepEqual([rows[0], rows[8999]], [["8999"], ["0"]]);
  });

  it("is cut off at the row limit and says so, and not at exactly the limit", async () => {
    const cut = await fixture.run("SELECT r.i FROM range(10) AS r(i)", { rows_max: 9 });
    assert.deepEqual([cut.rows.length, cut.truncated], [9, true]);
    const whole = await fixture.run("SELECT r.i FROM range(10) AS r(i)", { rows_max: 10 });
    assert.deepEqual([whole.rows.length, whole.truncated], [10, false]);
  });

  it("is cut off at the byte limit and says so", async () => {
    const cut = await fixture.run("SELECT repeat('x', 1000) AS a FROM range(100000) AS r(i)", { bytes_max: 100_000 });
    assert.equal(cut.truncated, true);
    assert.ok(cut.rows.length > 90 && cut.rows.length < 100, String(cut.rows.length));
  });

  it("holds the rows of a Scan as they were given", async () => {
    const load: EngineStep = {
      kind: "load_rows",
      schema: "s_1",
      table: "scan",
      columns: [
        { name: "Id", type: "BIGINT" },
        { name: "time", type: "TIMESTAMPTZ" },
        { name: "who", type: "STRUCT(email VARCHAR)" },
        { name: "list", type: "VARCHAR[]" },
        { name: "text", type: "VARCHAR" },
        { name: "money", type: "DECIMAL(20,3)" },
      ],
      rows: [
        [1, "2024-01-01T00:00:00.000Z", { email: "a@x" }, ["x", "y'"], "q'\"\\", 1.5],
        ["9007199254740993", null, null, null, null, "12345678901234567.891"],
      ],
    };
    const sql =
      'SELECT x."Id", x.t, x.who, x.l, x.x, x.m FROM (SELECT "Id", "time" AS t, who, "list" AS l, "text" AS x, money AS m FROM s_1.scan) AS x ORDER BY 1';
    const { rows } = await fixture.run(sql, { before: [load] });
    assert.deepEqual(rows, [
      ["1", "2024-01-01T00:00:00.000Z", '{"email":"a@x"}', '["x","y\'"]', "q'\"\\", "1.500"],
      ["9007199254740993", null, null, null, null, "12345678901234567.891"],
    ]);
  });

  it("is written as a file that a later statement reads under other names, and under no others", async () => {
    const file = `${fixture.data_dir}/f.parquet`;
    const columns = [
      { field: "c0", type: "BIGINT" },
      { field: "c1", type: "VARCHAR" },
    ];
    const { written } = await fixture.engine.run({
      statement_id: "w",
      limits: { time_ms: 15_000 },
      signal: new AbortController().signal,
      submitter: "someone",
      steps: [{ kind: "write_parquet", sql: "SELECT r.i, 'n' || r.i FROM range(5) AS r(i)", columns, file }],
    });
    assert.deepEqual(written, [{ file, rows: 5 }]);
    const attach: EngineStep = {
      kind: "attach_table",
      schema: "s_1",
      table: "t",
      files: [file],
      columns: [
        { name: "My Id", field: "c0", type: "BIGINT" },
        { name: "label", field: "c1", type: "VARCHAR" },
      ],
    };
    const { rows } = await fixture.run(
      'SELECT x.a, x.label FROM (SELECT "My Id" AS a, label FROM s_1.t) x WHERE x.a = 3',
      {
        before: [attach],
      },
    );
    assert.deepEqual(rows, [["3", "n3"]]);
    await assert.rejects(fixture.run("SELECT x.c0 FROM (SELECT c0 FROM s_1.t) x", { before: [attach] }));
  });

  it("of a table without files has its columns and no rows", async () => {
    const attach: EngineStep = {
      kind: "attach_table",
      schema: "s_1",
      table: "t",
      files: [],
      columns: [{ name: "a", field: "c0", type: "DECIMAL(10,2)" }],
    };
    const { columns, rows } = await fixture.run("SELECT x.a FROM (SELECT a FROM s_1.t) x", { before: [attach] });
    assert.deepEqual([columns, rows], [[{ name: "a", type: "DECIMAL(10,2)" }], []]);
  });

  it("of materialised rows shows what was visible and nothing else", async () => {
    const load: EngineStep = {
      kind: "load_rows",
      schema: "s_1",
      table: "t",
      columns: [{ name: "a", type: "VARCHAR" }],
      rows: [["1"], ["hidden"]],
      duty: { filtered: true },
    };
    const visible: EngineStep = {
      kind: "materialise",
      schema: "s_1",
      table: "v",
      sql: "SELECT a FROM s_1.t WHERE a <> 'hidden'",
    };
    const { rows } = await fixture.run("SELECT CAST(x.a AS INTEGER) FROM (SELECT a FROM s_1.v) x", {
      before: [load, visible],
    });
    assert.deepEqual(rows, [["1"]]);
  });
});
