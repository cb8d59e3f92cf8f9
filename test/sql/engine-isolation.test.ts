import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { Fault } from "#wire/errors.ts";
import { startEngine } from "./engine-fixture.ts";

function isFault(code: Fault["code"], reason?: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof Fault, String(error));
    assert.deepEqual([error.code, reason === undefined ? undefined : error.options.reason], [code, reason]);
    return true;
  };
}

describe("a statement in the engine", () => {
  const fixture = startEngine({ processes: 1 });
  after(() => fixture[Symbol.asyncDispose]());

  const failures: readonly (readonly [string, Fault["code"], string])[] = [
    ["SELECT CAST('secret-1' AS INTEGER)", "BAD_REQUEST", "CAST_INVALID_INPUT"],
    ["SELECT CAST('secret-1' AS DATE)", "BAD_REQUEST", "CAST_INVALID_INPUT"],
    ["SELECT CAST(300 AS TINYINT)", "BAD_REQUEST", "CAST_OVERFLOW"],
    ["SELECT CAST(2147483647 AS INTEGER) + CAST(1 AS INTEGER)", "BAD_REQUEST", "ARITHMETIC_OVERFLOW"],
    ["SELECT ln(-1)", "BAD_REQUEST", "NUMERIC_VALUE_OUT_OF_RANGE"],
    ["SELECT strptime('secret-1', '%Y')", "BAD_REQUEST", "CANNOT_PARSE_TIMESTAMP"],
    ["SELECT chr(-5)", "BAD_REQUEST", "INVALID_PARAMETER_VALUE"],
    ["SELECT (SELECT r.i FROM range(2) AS r(i))", "BAD_REQUEST", "SCALAR_SUBQUERY_TOO_MANY_ROWS"],
    ["SELECT map(['secret-1', 'secret-1'], [1, 2])", "BAD_REQUEST", "DUPLICATED_MAP_KEY"],
    ["SELECT no_such_column", "INTERNAL_ERROR", "ENGINE_ERROR"],
    ["SELECT getenv('HOME')", "INTERNAL_ERROR", "SECOND_WALL"],
    ["SELECT * FROM read_text('/etc/passwd')", "INTERNAL_ERROR", "SECOND_WALL"],
    ["DROP SCHEMA lakeward_fn", "INTERNAL_ERROR", "SECOND_WALL"],
  ];
  for (const [sql, code, reason] of failures) {
    it(`fails on ${sql} with ${reason} and no data in the message`, async () => {
      await assert.rejects(fixture.run(sql), (error) => {
        isFault(code, reason)(error);
        assert.ok(error instanceof Error && !/secret|300|2147483647/.test(error.message), String(error));
        return true;
      });
    });
  }

  it("cannot name what another statement made", async () => {
    const load = {
      kind: "load_rows",
      schema: "s_1",
      table: "t",
      columns: [{ name: "a", type: "BIGINT" }],
      rows: [[1]],
    } as const;
    const sql = "SELECT x.a FROM (SELECT a FROM s_1.t) x";
    assert.deepEqual((await fixture.run(sql, { before: [load] })).rows, [["1"]]);
    await assert.rejects(fixture.run(sql), isFault("INTERNAL_ERROR", "SECOND_WALL"));
  });

  it("runs in a locked engine: a macro that opens a file not listed is refused by the engine itself", async () => {
    const secret = `${fixture.data_dir}/secret.csv`;
    writeFileSync(secret, "a\n1\n");
    const { createDuckDbEngine } = await import("#sql/engines/duckdb/pool.ts");
    const { silentLog } = await import("#base/log.ts");
    const prelude = [
      "CREATE SCHEMA lakeward_fn",
      `CREATE MACRO lakeward_fn.peek() AS (SELECT count(*) FROM read_csv('${secret}'))`,
      "CREATE MACRO lakeward_fn.setting(x) AS current_setting(x)",
    ];
    const engine = createDuckDbEngine({
      data_dir: `${fixture.data_dir}/locked`,
      prelude,
      log: silentLog,
      processes: 1,
    });
    try {
      const run = (sql: string) =>
        engine.run({
          statement_id: "s",
          limits: { time_ms: 15_000 },
          signal: new AbortController().signal,
          submitter: "a",
          steps: [{ kind: "query", sql, rows_max: 10, bytes_max: 1000 }],
        });
      await assert.rejects(run("SELECT lakeward_fn.peek()"), (error) => {
        assert.ok(error instanceof Fault && /Permission Error/.test(error.options.internal ?? ""), String(error));
        return true;
      });
      const names = [
        "enable_external_access",
        "lock_configuration",
        "preserve_insertion_order",
        "autoload_known_extensions",
      ];
      const { rows } = await run(`SELECT ${names.map((name) => `lakeward_fn.setting('${name}')`).join(", ")}`);
      assert.deepEqual(rows, [["false", "true", "false", "false"]]);
    } finally {
      await engine.close();
    }
  });

  it("is refused before it starts when it was cancelled already", async () => {
    await assert.rejects(fixture.run("SELECT 1", { signal: AbortSignal.abort() }), isFault("CANCELLED"));
  });
});
