import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { LinkedFiles } from "#sql/engines/duckdb/linked-files.ts";
import { LockedEngine } from "#sql/engines/duckdb/locked-engine.ts";
import { writeMacroFile } from "#sql/engines/duckdb/macro-file.ts";
import { createDuckDbEngine } from "#sql/engines/duckdb/pool.ts";
import { beginSql } from "#sql/engines/duckdb/step-sql.ts";
import type { EngineRequest, EngineResult, EngineStep } from "#sql/engines/engine.ts";
import { Fault } from "#wire/errors.ts";

/** All that could hold something of a statement, as one text. */
const CENSUS = `CREATE MACRO lakeward_fn.census() AS (SELECT string_agg(kind || ' ' || name, ', ' ORDER BY kind, name) FROM (
  SELECT 'database' AS kind, database_name AS name FROM duckdb_databases() WHERE NOT internal
  UNION ALL SELECT 'schema', database_name || '.' || schema_name FROM duckdb_schemas() WHERE NOT internal
  UNION ALL SELECT 'table', table_name FROM duckdb_tables()
  UNION ALL SELECT 'view', view_name FROM duckdb_views() WHERE NOT internal
  UNION ALL SELECT 'index', index_name FROM duckdb_indexes()
  UNION ALL SELECT 'sequence', sequence_name FROM duckdb_sequences()
  UNION ALL SELECT 'type', type_name FROM duckdb_types() WHERE NOT internal
  UNION ALL SELECT 'variable', name FROM duckdb_variables()
  UNION ALL SELECT 'prepared', name FROM duckdb_prepared_statements()
  UNION ALL SELECT 'secret', name FROM duckdb_secrets()
  UNION ALL SELECT 'function', function_name FROM duckdb_functions() WHERE NOT internal
  UNION ALL SELECT 'setting', name || ' = ' || regexp_replace(value, '(spill|process)-[A-Za-z0-9]+', '\\1', 'g') FROM duckdb_settings() WHERE name NOT IN ('search_path', 'schema')))`;

const OPEN = { statement_id: "s", limits: { time_ms: 15_000 }, submitter: "a" } as const;
const query = (sql: string, rows_max = 100): EngineStep => ({ kind: "query", sql, rows_max, bytes_max: 1_000_000 });

const held: EngineStep = {
  kind: "load_rows",
  schema: "rel",
  table: "r1",
  columns: [{ name: "a", type: "BIGINT" }],
  rows: Array.from({ length: 5000 }, (_, i) => [i]),
};
const made: EngineStep = { kind: "materialise", schema: "rel", table: "r2", sql: "SELECT x.a FROM rel.r1 AS x" };
const ENDLESS = "SELECT count(*) FROM range(1000000) AS a(i), range(1000000) AS b(j) WHERE a.i + b.j = -1";

describe("an engine that statements use one after the other", () => {
  const data_dir = mkdtempSync(join(tmpdir(), "lakeward-reuse-"));
  const prelude = [
    "CREATE SCHEMA lakeward_fn",
    CENSUS,
    "CREATE MACRO lakeward_fn.at_hand(pattern) AS (SELECT count(*) FROM glob(pattern))",
    "CREATE MACRO lakeward_fn.held_in(path) AS (SELECT count(*) FROM read_parquet(path))",
  ];
  const engine = createDuckDbEngine({ data_dir, prelude, log: silentLog, processes: 1 });
  const run = (steps: readonly EngineStep[], given: Partial<EngineRequest> = {}): Promise<EngineResult> =>
    engine.run({ ...OPEN, signal: new AbortController().signal, steps, ...given });
  const census = async (statistics_propagation = true): Promise<string> =>
    String((await run([query("SELECT lakeward_fn.census()")], { statistics_propagation })).rows[0]?.[0]);
  const table = join(data_dir, "table.parquet");
  const attached: EngineStep = {
    kind: "attach_table",
    schema: "rel",
    table: "r1",
    columns: [{ name: "a", field: "c0", type: "BIGINT" }],
    files: [table],
  };
  const read = query("SELECT x.a FROM (SELECT a FROM rel.r1) AS x");
  const links = (): number => statSync(table).nlink;
  const settled = async (): Promise<void> => void (await run([query("SELECT 1")]));
  after(async () => {
    await engine.close();
    rmSync(data_dir, { recursive: true, force: true });
  });

  it("shows nothing of a statement before, whether that ended, failed, was cut off or was cancelled", async () => {
    const clean = await census();
    const without = await census(false);
    assert.match(clean, /database lakeward_macros, database statement/);
    assert.notEqual(clean, without, "they differ in a setting");
    await run([held, made, query("SELECT x.a FROM (SELECT a FROM rel.r2) AS x", 10_000)]);
    assert.equal(await census(), clean);
    const cut = await run([held, made, query("SELECT x.a FROM (SELECT a FROM rel.r2) AS x", 1)]);
    assert.equal(cut.truncated, true);
    assert.equal(await census(), clean);
    await assert.rejects(run([held, made, query("SELECT CAST('x' AS INTEGER)")]), Fault);
    assert.equal(await census(), clean);
    const cancel = new AbortController();
    const cancelled = assert.rejects(run([held, made, query(ENDLESS)], { signal: cancel.signal }), Fault);
    setTimeout(() => cancel.abort(), 100);
    await cancelled;
    assert.equal(await census(), clean);
    await assert.rejects(run([held, made, query("SELECT CAST('x' AS INTEGER)")], { statistics_propagation: false }));
    assert.equal(await census(false), without);
  });

  it("opens a file for the statement that was given it, and for no other", async () => {
    await run([
      {
        kind: "write_parquet",
        sql: "SELECT r.i FROM range(3000) AS r(i)",
        columns: [{ field: "c0", type: "BIGINT" }],
        file: table,
      },
    ]);
    await settled();
    assert.equal(links(), 1);
    assert.equal((await run([attached, { ...read, rows_max: 5000 } as EngineStep])).rows.length, 3000);
    const pattern = join(data_dir, "engine", "*", "files", "*").replace("*", readdirSync(join(data_dir, "engine"))[0]!);
    const at_hand = `SELECT lakeward_fn.at_hand('${pattern}')`;
    assert.deepEqual((await run([attached, query(at_hand)])).rows, [["1"]], "this shows that it would be seen");
    assert.deepEqual((await run([query(at_hand)])).rows, [["0"]]);
    await assert.rejects(run([query(`SELECT lakeward_fn.held_in('${table}')`)]), (error) => {
      assert.ok(error instanceof Fault && /Permission Error/.test(error.options.internal ?? ""), String(error));
      return true;
    });
  });

  it("leaves no link to a file, whether the statement ended, failed, was cut off, was cancelled or was killed", async () => {
    await run([attached, { ...read, rows_max: 5 } as EngineStep]);
    await settled();
    assert.equal(links(), 1);
    await assert.rejects(run([attached, query("SELECT CAST('x' AS INTEGER)")]));
    await settled();
    assert.equal(links(), 1);
    const cancel = new AbortController();
    const cancelled = assert.rejects(run([attached, query(ENDLESS)], { signal: cancel.signal }), Fault);
    setTimeout(() => cancel.abort(), 100);
    await cancelled;
    await settled();
    assert.equal(links(), 1);
    const call = "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))";
    await assert.rejects(run([attached, query(call)], { limits: { time_ms: 100 } }), Fault);
    await settled();
    assert.equal(links(), 1);
  });

  it("reads what a path holds now, whatever an earlier statement read there", async () => {
    const file = join(data_dir, "changing.parquet");
    const write = (sql: string): Promise<EngineResult> =>
      run([{ kind: "write_parquet", sql, columns: [{ field: "c0", type: "BIGINT" }], file }]);
    for (const rows of [3, 4, 3]) {
      rmSync(file, { force: true });
      await write(`SELECT r.i + ${rows} FROM range(${rows}) AS r(i)`);
      const { rows: found } = await run([{ ...attached, files: [file] } as EngineStep, read]);
      assert.deepEqual(
        found.map(([value]) => Number(value)).sort(),
        Array.from({ length: rows }, (_, i) => i + rows),
      );
    }
  });
});

describe("a text that got past the second wall", () => {
  it("leaves nothing behind that a next statement's connection finds, or ends the engine", async () => {
    const temp_dir = mkdtempSync(join(tmpdir(), "lakeward-locked-"));
    try {
      const macro_file = await writeMacroFile(["CREATE SCHEMA lakeward_fn", CENSUS], temp_dir);
      const files = new LinkedFiles(join(temp_dir, "files"));
      const engine = await LockedEngine.open({
        settings: { prelude: [], memory_mb: 256, spill_mb: 64, threads: 2, temp_dir },
        macro_file,
        reach: { directory: files.directory },
        statistics_propagation: true,
      });
      const connected = async () => {
        const connection = await engine.connect();
        await connection.run(beginSql([held]));
        return connection;
      };
      const census = async (): Promise<string> => {
        const connection = await connected();
        const found = await connection.runAndReadAll("SELECT lakeward_fn.census()");
        connection.closeSync();
        await engine.clear();
        return String(found.getRows()[0]?.[0]);
      };
      const clean = await census();
      const kept = [
        "CREATE TABLE t AS SELECT 1 AS a",
        "CREATE TABLE rel.t AS SELECT 1 AS a",
        "CREATE TEMP TABLE p AS SELECT 1 AS a",
        "CREATE TEMP VIEW q AS SELECT 1 AS a",
        "CREATE MACRO m() AS 1",
        "CREATE TEMP MACRO n() AS 1",
        "CREATE SEQUENCE s",
        "CREATE TYPE e AS ENUM ('a')",
        "CREATE SCHEMA other",
        "PREPARE v AS SELECT 1",
        "SET VARIABLE w = 1",
        "SET search_path = 'statement.rel'",
        "BEGIN",
        "CREATE TABLE unfinished AS SELECT 1 AS a",
      ];
      const connection = await connected();
      for (const text of kept) await connection.run(text);
      assert.notEqual(
        String((await connection.runAndReadAll("SELECT lakeward_macros.lakeward_fn.census()")).getRows()[0]?.[0]),
        clean,
        "the census would notice",
      );
      connection.closeSync();
      await engine.clear();
      assert.equal(await census(), clean);

      const other = await connected();
      const refused = [
        "SET threads = 1",
        "SET GLOBAL TimeZone = 'Asia/Tokyo'",
        "SET TimeZone = 'Asia/Tokyo'",
        "RESET allowed_directories",
        `SET allowed_directories = ['${temp_dir}']`,
        "SET disabled_optimizers = ''",
        "SET enable_external_access = true",
        "LOAD httpfs",
        "PRAGMA enable_profiling = 'no_output'",
        "CREATE TABLE lakeward_macros.main.t AS SELECT 1 AS a",
        "CREATE OR REPLACE MACRO lakeward_macros.lakeward_fn.census() AS 'nothing'",
        "DROP MACRO lakeward_macros.lakeward_fn.census",
        `ATTACH '${join(temp_dir, "other.duckdb")}'`,
        `COPY (SELECT 1) TO '${join(temp_dir, "out.csv")}'`,
        "SELECT * FROM read_text('/etc/hostname')",
      ];
      for (const text of refused) await assert.rejects(other.run(text), text);
      await other.run("ATTACH ':memory:' AS hidden (READ_WRITE)");
      other.closeSync();
      await assert.rejects(engine.clear(), /left a database behind/);
      engine.close();
    } finally {
      rmSync(temp_dir, { recursive: true, force: true });
    }
  });
});
