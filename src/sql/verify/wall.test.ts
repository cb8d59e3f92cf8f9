import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { WallBreach } from "./breach.ts";
import { refuseUnlessWalled, type WallRules } from "./wall.ts";

const rules: WallRules = {
  relations: new Map([
    ["s_1.sec", { filtered: true, masked: ["ssn"] }],
    ["s_1.open", {}],
  ]),
  shape: "statement",
};

const SEC = "(SELECT id, left(ssn, 1) AS ssn, region FROM s_1.sec WHERE region = 'us') AS sec";
const OPEN = "(SELECT id, a, l FROM s_1.open) AS t";

const wrong: Readonly<Record<string, string>> = {
  "a base table left over": "SELECT ssn FROM s_1.sec WHERE region = 'us'",
  "a base table left over in a join": `SELECT t.id FROM ${OPEN} JOIN s_1.sec ON true`,
  "a base table beside a comma": `SELECT t.id FROM ${OPEN}, s_1.sec`,
  "an injected subquery that joins": "SELECT x.id FROM (SELECT o.id FROM s_1.open o JOIN s_1.sec s ON o.id = s.id) x",
  "an injected subquery without its filter": "SELECT x.id FROM (SELECT id FROM s_1.sec) x",
  "an injected subquery with a masked column as it is": "SELECT x.ssn FROM (SELECT id, ssn FROM s_1.sec WHERE true) x",
  "a masked column by its table's name": "SELECT x.s FROM (SELECT sec.ssn AS s FROM s_1.sec WHERE true) x",
  "a star on a physical relation": "SELECT x.ssn FROM (SELECT * FROM s_1.sec WHERE true) x",
  "a set operation as injected subquery": "SELECT x.a FROM (SELECT 1 AS a UNION ALL SELECT id FROM s_1.open) x",
  "an unlisted physical relation": "SELECT x.a FROM (SELECT a FROM s_1.other) x",
  "a relation of another catalog": "SELECT x.a FROM (SELECT a FROM memory.s_1.open) x",
  "a relation in another spelling": 'SELECT x.a FROM (SELECT a FROM "S_1".open) x',
  "a name without schema": "SELECT a FROM sec",
  "a physical table's name without schema in an injected subquery": "SELECT x.a FROM (SELECT a FROM open) x",
  "FROM without SELECT": "FROM s_1.sec",
  "TABLE name": "TABLE s_1.sec",
  "a CTE that reads itself": "WITH sec AS (SELECT * FROM sec) SELECT * FROM sec",
  "a CTE used after its scope": "SELECT * FROM (WITH q AS (SELECT 1 AS a) SELECT a FROM q) x, q",
  "a CTE used before it": "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
  "the engine's catalog": "SELECT name FROM sqlite_master",
  information_schema: "SELECT * FROM information_schema.tables",
  query_table: "SELECT * FROM query_table('s_1.sec')",
  query: "SELECT * FROM query('SELECT * FROM s_1.sec')",
  "a parquet path": "SELECT * FROM '/data/x.parquet'",
  "a parquet. path": 'SELECT * FROM parquet."/data/x.parquet"',
  read_parquet: "SELECT * FROM read_parquet('/data/x.parquet')",
  read_text: "SELECT * FROM read_text('/etc/passwd')",
  glob: "SELECT * FROM glob('/*')",
  "duckdb_tables()": "SELECT * FROM duckdb_tables()",
  json_execute_serialized_sql: "SELECT * FROM json_execute_serialized_sql('{}')",
  pragma_storage_info: "SELECT * FROM pragma_storage_info('s_1.sec')",
  "two statements": "SELECT 1; SELECT 2",
  "no statement": "",
  "a comment alone": "-- SELECT 1",
  COPY: "COPY (SELECT 1) TO '/tmp/x'",
  ATTACH: "ATTACH '/tmp/x.db' AS x",
  PRAGMA: "PRAGMA database_list",
  SET: "SET threads = 1",
  INSTALL: "INSTALL httpfs",
  "CREATE MACRO": "CREATE MACRO m() AS 1",
  INSERT: "INSERT INTO s_1.open VALUES (1)",
  EXPLAIN: "EXPLAIN SELECT 1",
  DESCRIBE: "DESCRIBE SELECT 1",
  SUMMARIZE: "SUMMARIZE s_1.sec",
  SHOW: "SHOW TABLES",
  PIVOT: "PIVOT s_1.open ON a USING sum(id)",
  "a pivot in FROM": "SELECT * FROM (PIVOT s_1.open ON a USING sum(id))",
  "an unlisted function": "SELECT getenv('HOME')",
  "a macro of another schema": "SELECT other.f(1)",
  "a macro of a user's": "SELECT my_macro(1)",
  getvariable: "SELECT getvariable('x')",
  current_setting: "SELECT current_setting('temp_directory')",
  stats: `SELECT stats(t.a) FROM ${OPEN}`,
  error: `SELECT error('x' || t.a) FROM ${OPEN}`,
  nextval: "SELECT nextval('s')",
  write_log: "SELECT write_log('x')",
  json_serialize_sql: "SELECT json_serialize_sql('SELECT 1')",
  current_query: "SELECT current_query()",
  "a positional reference": `SELECT #1 FROM ${OPEN}`,
  "a positional join": `SELECT 1 FROM ${OPEN} POSITIONAL JOIN ${SEC}`,
  "a question mark": "SELECT ?",
  "a numbered parameter": "SELECT $1",
  "COLUMNS()": `SELECT COLUMNS('.*') FROM ${OPEN}`,
  "a star with EXCLUDE": `SELECT * EXCLUDE (a) FROM ${OPEN}`,
  "a star with REPLACE": `SELECT * REPLACE (1 AS a) FROM ${OPEN}`,
  "a sample below": "SELECT x.a FROM (SELECT a FROM s_1.open TABLESAMPLE 3 ROWS) x",
  "a sample above": `SELECT t.a FROM ${OPEN} USING SAMPLE 3`,
  "an old version": "SELECT x.a FROM (SELECT a FROM s_1.open AT (VERSION => 3)) x",
  "an enum type from a query's values": "SELECT 'a'::my_type",
  "DEFAULT as a value": "SELECT DEFAULT",
  "hidden in HAVING": `SELECT t.a FROM ${OPEN} GROUP BY t.a HAVING count(*) > (SELECT max(ssn) FROM s_1.sec)`,
  "hidden in QUALIFY": `SELECT t.a FROM ${OPEN} QUALIFY row_number() OVER (ORDER BY (SELECT 1 FROM s_1.sec)) = 1`,
  "hidden in ORDER BY": `SELECT t.a FROM ${OPEN} ORDER BY (SELECT max(ssn) FROM s_1.sec)`,
  "hidden in LIMIT": `SELECT t.a FROM ${OPEN} LIMIT (SELECT count(*) FROM s_1.sec)`,
  "hidden in OFFSET": `SELECT t.a FROM ${OPEN} LIMIT 1 OFFSET (SELECT count(*) FROM s_1.sec)`,
  "hidden in GROUP BY": `SELECT 1 FROM ${OPEN} GROUP BY (SELECT max(ssn) FROM s_1.sec)`,
  "hidden in DISTINCT ON": `SELECT DISTINCT ON ((SELECT max(ssn) FROM s_1.sec)) t.a FROM ${OPEN}`,
  "hidden in a window": `SELECT sum(t.a) OVER (PARTITION BY (SELECT max(ssn) FROM s_1.sec)) FROM ${OPEN}`,
  "hidden in a window's frame": `SELECT sum(t.a) OVER (ROWS (SELECT 1 FROM s_1.sec) PRECEDING) FROM ${OPEN}`,
  "hidden in FILTER": `SELECT sum(t.a) FILTER (WHERE t.a = (SELECT max(id) FROM s_1.sec)) FROM ${OPEN}`,
  "hidden in an aggregate's ORDER BY": `SELECT list(t.a ORDER BY (SELECT max(id) FROM s_1.sec)) FROM ${OPEN}`,
  "hidden in a lambda": `SELECT list_transform(t.l, lambda x : (SELECT max(ssn) FROM s_1.sec)) FROM ${OPEN}`,
  "hidden in VALUES": "SELECT * FROM (VALUES ((SELECT max(ssn) FROM s_1.sec))) v(a)",
  "hidden in a set operation": `SELECT t.a FROM ${OPEN} UNION ALL SELECT ssn FROM s_1.sec`,
  "hidden in LATERAL": `SELECT 1 FROM ${OPEN}, LATERAL (SELECT s.ssn FROM s_1.sec s, (SELECT 1) y) x`,
  "hidden in ON": `SELECT 1 FROM ${OPEN} JOIN ${SEC} ON sec.id = (SELECT max(id) FROM s_1.sec)`,
  "hidden in a CASE": "SELECT CASE WHEN EXISTS (SELECT 1 FROM s_1.sec) THEN 1 ELSE 2 END",
  "hidden in an IN": `SELECT t.a FROM ${OPEN} WHERE t.a IN (SELECT ssn FROM s_1.sec)`,
  "hidden in a struct": "SELECT {'a': (SELECT max(ssn) FROM s_1.sec)}",
  "hidden in unnest": "SELECT u.x FROM unnest((SELECT list(ssn) FROM s_1.sec)) u(x)",
  "hidden in a CTE": "WITH q AS (SELECT ssn FROM s_1.sec) SELECT * FROM q",
  "hidden in a recursive CTE": "WITH RECURSIVE q AS (SELECT 1 AS a UNION ALL SELECT ssn FROM s_1.sec) SELECT * FROM q",
  "hidden in an injected subquery's WHERE": `SELECT x.a FROM (SELECT a FROM s_1.open WHERE a IN (SELECT ssn FROM s_1.sec)) x`,
};

const right: Readonly<Record<string, string>> = {
  "a constant": "SELECT 1 AS a",
  "an injected subquery": `SELECT sec.id, sec.ssn FROM ${SEC}`,
  "an injected subquery with a barrier": "SELECT x.id FROM (SELECT id FROM s_1.sec WHERE region = 'us' OFFSET 0) x",
  "a join": `SELECT t.a, sec.id FROM ${OPEN} JOIN ${SEC} ON t.id = sec.id`,
  "a left join": `SELECT t.a FROM ${OPEN} LEFT JOIN ${SEC} ON t.id = sec.id`,
  "a semi join": `SELECT t.a FROM ${OPEN} SEMI JOIN ${SEC} ON t.id = sec.id`,
  "a join with USING": `SELECT t.a FROM ${OPEN} JOIN ${SEC} USING (id)`,
  "a cross join": `SELECT t.a FROM ${OPEN} CROSS JOIN ${SEC}`,
  "a comma join": `SELECT t.a FROM ${OPEN}, ${SEC}`,
  "a self join": `SELECT t.a FROM ${OPEN}, (SELECT id FROM s_1.open) AS u WHERE t.id = u.id`,
  "a lateral subquery": `SELECT x.b FROM ${OPEN}, LATERAL (SELECT t.a + 1 AS b) x`,
  "a CTE": `WITH q AS (SELECT t.a FROM ${OPEN}) SELECT q.a FROM q`,
  "a CTE in another case": "WITH Q AS (SELECT 1 AS a) SELECT a FROM q",
  "a CTE of a CTE": "WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a) SELECT x FROM b",
  "a CTE in a subquery": "SELECT x.a FROM (WITH q AS (SELECT 1 AS a) SELECT a FROM q) x",
  "a materialised CTE": "WITH q AS MATERIALIZED (SELECT 1 AS a) SELECT a FROM q",
  "a recursive CTE": "WITH RECURSIVE q(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM q WHERE a < 3) SELECT a FROM q",
  "an aggregate": `SELECT t.a, count(*), sum(DISTINCT t.id) FROM ${OPEN} GROUP BY t.a HAVING count(*) > 1`,
  "GROUP BY ALL": `SELECT t.a, count(*) FROM ${OPEN} GROUP BY ALL`,
  ROLLUP: `SELECT t.a, grouping(t.a), count(*) FROM ${OPEN} GROUP BY ROLLUP (t.a)`,
  "a filter on an aggregate": `SELECT count(*) FILTER (WHERE t.a > 1) FROM ${OPEN}`,
  "a window": `SELECT row_number() OVER (PARTITION BY t.a ORDER BY t.id DESC NULLS LAST) FROM ${OPEN}`,
  "a window with a frame": `SELECT sum(t.a) OVER (ORDER BY t.id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM ${OPEN}`,
  "lag and lead": `SELECT lag(t.a, 1, 0) OVER (ORDER BY t.id), lead(t.a) OVER (ORDER BY t.id) FROM ${OPEN}`,
  QUALIFY: `SELECT t.a FROM ${OPEN} QUALIFY row_number() OVER (ORDER BY t.a) = 1`,
  "a union": "SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a LIMIT 1",
  "except and intersect": "(SELECT 1 EXCEPT SELECT 2) INTERSECT SELECT 1",
  "a scalar subquery": `SELECT (SELECT max(t.a) FROM ${OPEN})`,
  EXISTS: `SELECT t.a FROM ${OPEN} WHERE EXISTS (SELECT 1 FROM ${SEC} WHERE sec.id = t.id)`,
  "IN a subquery": `SELECT t.a FROM ${OPEN} WHERE t.id NOT IN (SELECT sec.id FROM ${SEC})`,
  "a filter by a look-up": `SELECT x.id FROM (SELECT id FROM s_1.sec WHERE region IN (SELECT t.a FROM ${OPEN})) x`,
  "a literal list": `SELECT t.a FROM ${OPEN} WHERE t.a IN (1, 2) AND t.id BETWEEN 1 AND 2 OR NOT t.a IS NULL`,
  CASE: `SELECT CASE WHEN t.a = 1 THEN 'x' ELSE 'y' END, CASE t.a WHEN 1 THEN 2 END FROM ${OPEN}`,
  casts: `SELECT CAST(t.a AS VARCHAR), TRY_CAST(t.a AS DECIMAL(10, 2)), CAST([1] AS BIGINT[]) FROM ${OPEN}`,
  "nested types": "SELECT {'a': 1, 'b': [1, 2]}, MAP {'k': 1}, CAST(NULL AS STRUCT(x INTEGER, y VARCHAR[]))",
  lambdas: `SELECT list_transform(t.l, lambda x : x + t.a), list_filter(t.l, lambda x : x > 1) FROM ${OPEN}`,
  "unnest in FROM": "SELECT u.x FROM unnest([1, 2]) AS u(x)",
  "unnest beside a relation": `SELECT u.x FROM ${OPEN}, unnest(t.l) AS u(x)`,
  range: "SELECT r.i FROM range(1, 10) AS r(i)",
  VALUES: "SELECT v.a FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b)",
  "functions in full": "SELECT system.main.upper('a'), main.lower('B'), lakeward_fn.anything(1)",
  operators: "SELECT 1 + 2 * 3 - 4 % 5, 'a' || 'b', 'a' LIKE 'b', 1 <> 2, -(1), 1 IS DISTINCT FROM 2",
  dates:
    "SELECT DATE '2024-01-01' + INTERVAL 1 DAY, TIMESTAMPTZ '2024-01-01 00:00:00+00', extract(year FROM DATE '2024-01-01')",
  DISTINCT: `SELECT DISTINCT t.a FROM ${OPEN} ORDER BY 1 LIMIT 10 OFFSET 5`,
  "count of distinct with order": `SELECT list(DISTINCT t.a ORDER BY t.a) FROM ${OPEN}`,
  "text that looks like SQL": "SELECT 'x''; DROP TABLE s_1.sec; --' AS a",
};

describe("the second wall", () => {
  let connection: DuckDBConnection;
  before(async () => {
    const instance = await DuckDBInstance.create(":memory:", { enable_external_access: "false" });
    connection = await instance.connect();
  });
  after(() => connection.closeSync());

  for (const [name, sql] of Object.entries(wrong)) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(refuseUnlessWalled(connection, sql, rules), WallBreach);
    });
  }

  for (const [name, sql] of Object.entries(right)) {
    it(`lets pass ${name}`, async () => {
      await refuseUnlessWalled(connection, sql, rules);
    });
  }

  it("lets the statement that materialises rows read its relation, and no other statement", async () => {
    const sql = "SELECT id FROM s_1.sec WHERE region = 'us'";
    await refuseUnlessWalled(connection, sql, { ...rules, shape: "rows_of_one_relation" });
    await assert.rejects(refuseUnlessWalled(connection, sql, rules), WallBreach);
  });

  it("demands filter and mask of the statement that materialises rows", async () => {
    const materialise: WallRules = { ...rules, shape: "rows_of_one_relation" };
    await assert.rejects(refuseUnlessWalled(connection, "SELECT id FROM s_1.sec", materialise), WallBreach);
    await assert.rejects(refuseUnlessWalled(connection, "SELECT ssn FROM s_1.sec WHERE true", materialise), WallBreach);
  });

  it("refuses a text that nests too deep to walk, without harm to the process", async () => {
    const deep = `SELECT ${"(".repeat(3000)}1${")".repeat(3000)}${" + 1".repeat(3000)}`;
    await assert.rejects(refuseUnlessWalled(connection, deep, rules));
  });
});
