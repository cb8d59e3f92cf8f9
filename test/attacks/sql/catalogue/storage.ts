import type { Attack, Entry } from "../attack.ts";

const noFunction = (call: string): Attack => ({
  title: call,
  sql: `SELECT * FROM ${call}`,
  refused: call.replace(/\(.*/, ""),
});
const statement = (sql: string, refused = sql.split(" ")[0]!): Attack => ({ title: sql, sql, refused });

/** Entries 73 to 78: versions, files, and the engine itself. */
export const storage: readonly Entry[] = [
  {
    number: 73,
    name: "time travel",
    attacks: [
      { title: "by version", sql: "SELECT * FROM sec VERSION AS OF 1", refused: "Time travel" },
      { title: "by time", sql: "SELECT * FROM sec TIMESTAMP AS OF '2020-01-01'", refused: "Time travel" },
      { title: "in a subquery", sql: "SELECT (SELECT max(ssn) FROM sec VERSION AS OF 1)", refused: "Time travel" },
      { title: "with an at sign", sql: "SELECT * FROM sec@v1", refused: "@" },
      { title: "the engine's", sql: "SELECT * FROM sec AT (VERSION => 1)", refused: "AT" },
      { title: "of a view", sql: "SELECT * FROM v VERSION AS OF 1", refused: "Time travel" },
    ],
  },
  {
    number: 74,
    name: "changes and copies of a table",
    attacks: [
      noFunction("table_changes('sec', 1)"),
      noFunction("ducklake_table_insertions('c', 's', 't', 0, 1)"),
      noFunction("iceberg_snapshots('sec')"),
      { title: "history as a table", sql: "SELECT * FROM `sec$history`", refused: "does not exist" },
      statement("RESTORE TABLE sec TO VERSION AS OF 0"),
      { title: "a shallow clone", sql: "CREATE TABLE lake.desk.c SHALLOW CLONE lake.s.sec", refused: "SHALLOW CLONE" },
      { title: "a deep clone", sql: "CREATE TABLE lake.desk.c DEEP CLONE lake.s.sec", refused: "DEEP CLONE" },
      { title: "a table like it", sql: "CREATE TABLE lake.desk.c LIKE sec", refused: "LIKE" },
      statement("UNDROP TABLE sec"),
    ],
  },
  {
    number: 75,
    name: "files",
    attacks: [
      noFunction("read_parquet('/wh/sec/*.parquet')"),
      noFunction("read_csv('https://evil.example/?x=1')"),
      noFunction("read_text('/etc/passwd')"),
      noFunction("read_blob('../x.duckdb')"),
      noFunction("read_json('x')"),
      noFunction("read_files('x')"),
      noFunction("read_duckdb('x')"),
      noFunction("glob('*')"),
      noFunction("sniff_csv('x')"),
      noFunction("parquet_schema('x')"),
      noFunction("parquet_bloom_probe('x', 'ssn', '1')"),
      noFunction("delta_scan('x')"),
      noFunction("iceberg_scan('x')"),
      { title: "a path as a table", sql: "SELECT * FROM parquet.`/etc/passwd`", refused: "path" },
      { title: "a text as a table", sql: "SELECT * FROM '/wh/sec/x.parquet'", refused: "file" },
      { title: "a quoted path", sql: "SELECT * FROM `/wh/sec/x.parquet`", refused: "path" },
      { title: "a file URL", sql: "SELECT * FROM `file:///etc/passwd`", refused: "path" },
      { title: "a name that looks like a file", sql: "SELECT * FROM `x.parquet`", error: /\[INVALID_NAME\]/ },
    ],
  },
  {
    number: 76,
    name: "other databases and places",
    attacks: [
      statement("ATTACH '/wh/db.duckdb' AS x (READ_ONLY)"),
      statement("ATTACH ':memory:' AS m"),
      statement("DETACH lake"),
      { title: "a table at a place", sql: "CREATE TABLE lake.desk.c (a INT) LOCATION '/wh/sec'", refused: "LOCATION" },
      {
        title: "an external table",
        sql: "CREATE EXTERNAL TABLE lake.desk.c (a INT) LOCATION '/wh/sec'",
        refused: "CREATE EXTERNAL",
      },
      { title: "another place", sql: "ALTER TABLE sec SET LOCATION '/tmp'", refused: "SET LOCATION" },
      { title: "a volume", sql: "CREATE VOLUME lake.desk.v", refused: "CREATE VOLUME" },
      { title: "a format of files", sql: "CREATE TABLE lake.desk.c (a INT) USING parquet", refused: "USING" },
    ],
  },
  {
    number: 77,
    name: "the engine's controls",
    attacks: [
      statement("SET enable_external_access = true"),
      statement("SET disabled_optimizers = ''"),
      statement("SET temp_directory = '/tmp/x'"),
      statement("RESET lock_configuration"),
      statement("PRAGMA enable_profiling"),
      statement("INSTALL httpfs"),
      statement("LOAD httpfs"),
      statement("CHECKPOINT"),
      statement("FORCE CHECKPOINT", "FORCE CHECKPOINT"),
      statement("CALL enable_logging()"),
      { title: "a setting's value", sql: "SELECT current_setting('s3_secret_access_key')", refused: "current_setting" },
      { title: "an environment's variable", sql: "SELECT getenv('HOME')", refused: "getenv" },
      { title: "a variable", sql: "SELECT getvariable('x')", refused: "getvariable" },
      { title: "a log", sql: "SELECT write_log(ssn) FROM sec", refused: "write_log" },
      { title: "the statement itself", sql: "SELECT current_query()", refused: "current_query" },
      { title: "a secret", sql: "CREATE SECRET x (TYPE s3)", refused: "CREATE SECRET" },
    ],
  },
  {
    number: 78,
    name: "exhaustion",
    attacks: [
      {
        title: "of memory by one text",
        sql: "SELECT length(repeat(repeat('x', 100000), 100000)) FROM sec",
        error: /\[(INSUFFICIENT_MEMORY|INVALID_PARAMETER_VALUE|NUMERIC_VALUE_OUT_OF_RANGE|ENGINE_ERROR)\]/,
      },
      {
        title: "of the stack by nesting",
        sql: `SELECT ${"abs(".repeat(2000)}id${")".repeat(2000)} FROM sec`,
        error: /nest|deep/i,
      },
      {
        title: "of the stack by a chain",
        sql: `SELECT ${"id + ".repeat(20_000)}1 FROM sec`,
        error: /deep|nest|large/i,
      },
      {
        title: "of nothing by a long list",
        sql: `SELECT count(*) FROM sec WHERE id IN (${Array.from({ length: 20_000 }, (_, i) => i + 2).join(", ")})`,
        rows: [["1"]],
      },
      {
        title: "of the server by aliases that double",
        sql: `SELECT id AS a0${Array.from({ length: 40 }, (_, i) => `, a${i} + a${i} AS a${i + 1}`).join("")} FROM sec`,
        error: /\[EXPRESSION_TOO_LARGE\]/,
      },
      {
        title: "of the server by operands that double",
        sql: `SELECT ${"(".repeat(40)}TRUE${" BETWEEN FALSE AND TRUE)".repeat(40)} FROM sec`,
        error: /\[EXPRESSION_TOO_LARGE\]/,
      },
      {
        title: "of the server by functions that double",
        setup: ["CREATE FUNCTION lake.s.doubled(n INT) RETURNS INT RETURN n + n"],
        sql: `SELECT ${"doubled(".repeat(40)}1${")".repeat(40)}`,
        error: /\[VIEW_EXCEED_MAX_SIZE\]/,
      },
      {
        title: "by a recursion without end",
        sql: "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
        refused: "WITH RECURSIVE",
      },
    ],
  },
];
