import { OFFICER, READER, STRANGER } from "./setting.ts";

/** One statement, and either the rows it gives, or what its error says. `by` is the reader when not told. */
export interface Case {
  readonly title: string;
  readonly sql: string;
  readonly by?: string;
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly error?: RegExp;
}

const EU = [
  ["1", "ann", "***-1111"],
  ["3", "cyn", "***-3333"],
] as const;
const refused = /UNSUPPORTED|PARSE_SYNTAX_ERROR|not supported|TABLE_OR_VIEW_NOT_FOUND|UNRESOLVED|INVALID_NAME/;
const missing = /TABLE_OR_VIEW_NOT_FOUND/;

/** Titles that begin with a number are the bypass catalogue's. The current names are lake.s. */
export const cases: readonly Case[] = [
  // The plain way.
  { title: "a filter hides rows and a mask hides values", sql: "SELECT id, name, ssn FROM sec ORDER BY id", rows: EU },
  {
    title: "another subject has other rows",
    by: OFFICER,
    sql: "SELECT id, ssn FROM sec ORDER BY id",
    rows: [
      ["2", "222-22-2222"],
      ["4", "444-44-4444"],
    ],
  },
  { title: "whoever the filter knows nothing of sees nothing", by: STRANGER, sql: "SELECT id FROM sec", rows: [] },
  { title: "a NULL of the filter drops the row", sql: "SELECT count(*) FROM sec WHERE name = 'nil'", rows: [["0"]] },
  {
    title: "a star lists the governed columns",
    sql: "SELECT * FROM sec ORDER BY id",
    rows: [
      ["1", "ann", "eu", "***-1111", "900"],
      ["3", "cyn", "eu", "***-3333", null],
    ],
  },
  { title: "count sees the visible rows alone", sql: "SELECT count(*) FROM sec", rows: [["2"]] },
  { title: "a filter without arguments holds for the whole table", sql: "SELECT count(*) FROM night", rows: [["0"]] },
  {
    title: "a filter without arguments lets its group through",
    by: OFFICER,
    sql: "SELECT count(*) FROM night",
    rows: [["2"]],
  },
  // Name resolution and scoping.
  {
    title: "1 a common table of the same name is no table",
    sql: "WITH sec AS (SELECT 1 AS a) SELECT * FROM sec",
    rows: [["1"]],
  },
  {
    title: "1 within its own definition the name is the table",
    sql: "WITH sec AS (SELECT id FROM sec) SELECT id FROM sec ORDER BY id",
    rows: [["1"], ["3"]],
  },
  {
    title: "2 a common table ends with its subquery",
    sql: "SELECT x.a, sec.id FROM (WITH sec AS (SELECT 1 AS a) SELECT * FROM sec) AS x, sec ORDER BY id",
    rows: [
      ["1", "1"],
      ["1", "3"],
    ],
  },
  {
    title: "2 a common table within a common table",
    sql: "WITH a AS (WITH sec AS (SELECT 9 AS id) SELECT id FROM sec), b AS (SELECT id FROM sec) SELECT count(*) FROM a, b",
    rows: [["2"]],
  },
  {
    title: "3 a common table does not capture what the filter reads",
    sql: `WITH region_map AS (SELECT '${READER}' AS u, 'us' AS region) SELECT id FROM sec ORDER BY id`,
    rows: [["1"], ["3"]],
  },
  {
    title: "3 nor does an alias like the filter's own",
    sql: "SELECT m.id FROM sec AS m, u AS r WHERE r.n = 10 ORDER BY m.id",
    rows: [["1"], ["3"]],
  },
  { title: "4 case does not matter", sql: "SELECT ID FROM LAKE.S.SEC ORDER BY Id", rows: [["1"], ["3"]] },
  { title: "4 back-ticks do not matter", sql: "SELECT `id` FROM `lake`.`s`.`sec` ORDER BY `id`", rows: [["1"], ["3"]] },
  { title: "4 spaces do not matter", sql: "SELECT id FROM lake . s . sec ORDER BY id", rows: [["1"], ["3"]] },
  { title: "4 a full-width letter is another name", sql: "SELECT id FROM `ｓec`", error: missing },
  {
    title: "5 two parts resolve in the current catalog",
    sql: "SELECT id FROM s.sec ORDER BY id",
    rows: [["1"], ["3"]],
  },
  {
    title: "5 an alias may be another table's name",
    sql: "SELECT t.id FROM sec AS t ORDER BY t.id",
    rows: [["1"], ["3"]],
  },
  { title: "6 a guessed physical name is a missing table", sql: "SELECT * FROM memory.main.t1", error: missing },
  {
    title: "6 the engine's own catalog is a missing table",
    sql: "SELECT * FROM system.main.duckdb_tables",
    error: missing,
  },
  {
    title: "8 a column by its full name",
    sql: "SELECT lake.s.sec.ssn FROM lake.s.sec ORDER BY 1",
    rows: [["***-1111"], ["***-3333"]],
  },
  {
    title: "8 an alias list renames governed columns",
    sql: "SELECT b FROM (SELECT id, ssn FROM sec) AS x(a, b) ORDER BY a",
    rows: [["***-1111"], ["***-3333"]],
  },
  { title: "9 there is no rowid", sql: "SELECT rowid FROM sec", error: /UNRESOLVED_COLUMN/ },
  { title: "9 there is no file name", sql: "SELECT filename FROM sec", error: /UNRESOLVED_COLUMN/ },
  // Places a table can hide.
  { title: "10 a scalar subquery", sql: "SELECT (SELECT max(ssn) FROM sec)", rows: [["***-3333"]] },
  {
    title: "11 EXISTS",
    sql: "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM sec WHERE sec.id = t.id) ORDER BY a",
    rows: [["x"]],
  },
  { title: "12 IN", sql: "SELECT count(*) FROM guesses WHERE g IN (SELECT ssn FROM sec)", rows: [["1"]] },
  {
    title: "13 LATERAL",
    sql: "SELECT t.a, x.ssn FROM t, LATERAL (SELECT ssn FROM sec AS s WHERE s.id = t.id) AS x",
    rows: [["x", "***-1111"]],
  },
  {
    title: "14 a join condition",
    sql: "SELECT t.a FROM t JOIN u ON t.a = u.a AND u.n > (SELECT count(*) FROM sec) + 10",
    rows: [["y"]],
  },
  { title: "15 ORDER BY", sql: "SELECT a FROM t ORDER BY (SELECT count(*) FROM sec), a", rows: [["x"], ["y"], ["z"]] },
  { title: "16 HAVING", sql: "SELECT count(*) FROM t HAVING count(*) > (SELECT count(*) FROM sec)", rows: [["3"]] },
  {
    title: "18 QUALIFY",
    sql: "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) <= (SELECT count(*) FROM sec) ORDER BY a",
    rows: [["x"], ["y"]],
  },
  { title: "21 FILTER", sql: "SELECT count(*) FILTER (WHERE id IN (SELECT id FROM sec)) FROM t", rows: [["1"]] },
  { title: "23 VALUES", sql: "VALUES ((SELECT max(ssn) FROM sec))", rows: [["***-3333"]] },
  {
    title: "24 CASE",
    sql: "SELECT CASE WHEN (SELECT count(*) FROM sec) = 2 THEN 'two' ELSE 'more' END",
    rows: [["two"]],
  },
  {
    title: "24 BETWEEN",
    sql: "SELECT a FROM t WHERE id BETWEEN (SELECT min(id) FROM sec) AND 2 ORDER BY a",
    rows: [["x"], ["y"]],
  },
  {
    title: "25 UNION ALL",
    sql: "SELECT 'a' AS x UNION ALL SELECT ssn FROM sec ORDER BY x",
    rows: [["***-1111"], ["***-3333"], ["a"]],
  },
  {
    title: "25 EXCEPT is no oracle",
    sql: "SELECT id FROM t EXCEPT SELECT id FROM sec ORDER BY id",
    rows: [["2"], ["6"]],
  },
  { title: "25 INTERSECT is no oracle", sql: "SELECT id FROM t INTERSECT SELECT id FROM sec", rows: [["1"]] },
  { title: "27 a semi join", sql: "SELECT a FROM t LEFT SEMI JOIN sec ON t.id = sec.id", rows: [["x"]] },
  {
    title: "27 an anti join",
    sql: "SELECT a FROM t LEFT ANTI JOIN sec ON t.id = sec.id ORDER BY a",
    rows: [["y"], ["z"]],
  },
  {
    title: "28 TABLE sec",
    sql: "TABLE sec",
    rows: [
      ["1", "ann", "eu", "***-1111", "900"],
      ["3", "cyn", "eu", "***-3333", null],
    ],
  },
  { title: "29 FROM first", sql: "FROM sec", error: refused },
  { title: "30 PIVOT", sql: "SELECT * FROM sec PIVOT (sum(salary) FOR region IN ('eu'))", error: refused },
  { title: "31 STREAM", sql: "SELECT * FROM STREAM(sec)", error: refused },
  { title: "34 MERGE", sql: "MERGE INTO t USING sec ON t.id = sec.id WHEN MATCHED THEN DELETE", error: refused },
  { title: "35 UPDATE", sql: "UPDATE t SET a = (SELECT max(ssn) FROM sec)", error: refused },
  { title: "36 DELETE", sql: "DELETE FROM t WHERE id IN (SELECT id FROM sec)", error: refused },
  // Dynamic SQL and second parsers.
  { title: "38 query()", sql: "SELECT * FROM query('SELECT * FROM sec')", error: refused },
  { title: "38 query_table()", sql: "SELECT * FROM query_table('sec')", error: refused },
  { title: "39 serialised SQL", sql: "SELECT json_execute_serialized_sql('x')", error: refused },
  { title: "40 PREPARE", sql: "PREPARE p AS SELECT * FROM sec", error: refused },
  { title: "41 EXECUTE IMMEDIATE", sql: "EXECUTE IMMEDIATE 'SELECT * FROM sec'", error: refused },
  { title: "41 IDENTIFIER", sql: "SELECT * FROM IDENTIFIER('se' || 'c')", error: refused },
  { title: "42 two statements", sql: "SELECT 1; SELECT * FROM sec", error: refused },
  {
    title: "43 a backslash does not end a text early",
    sql: "SELECT 'a\\', ssn FROM sec --' AS x",
    rows: [["a', ssn FROM sec --"]],
  },
  { title: "43 nested comments", sql: "SELECT /* /* ssn */ FROM sec */ 1", rows: [["1"]] },
  { title: "44 TRANSFORM", sql: "SELECT TRANSFORM(ssn) USING 'sh' FROM sec", error: refused },
  { title: "44 reflect", sql: "SELECT reflect('java.lang.System', 'exit')", error: refused },
  { title: "75 a path as a table", sql: "SELECT * FROM parquet.`/etc/passwd`", error: refused },
  { title: "75 read_parquet", sql: "SELECT * FROM read_parquet('/x')", error: refused },
  { title: "64 stats", sql: "SELECT stats(ssn) FROM sec", error: refused },
  // Rights and identity.
  { title: "45 a view lends access, policies stay the subject's", sql: "SELECT * FROM v ORDER BY id", rows: EU },
  {
    title: "45 a view over a view",
    sql: "SELECT * FROM vv ORDER BY name",
    rows: [
      ["ann", "***-1111"],
      ["cyn", "***-3333"],
    ],
  },
  { title: "45 a view over a table that its reader may not read", sql: "SELECT id FROM my_gold", rows: [["1"]] },
  { title: "45 identity in a view is the subject's", by: OFFICER, sql: "SELECT id FROM my_gold", rows: [["2"]] },
  { title: "45 that table by itself is not even known", sql: "SELECT id FROM lake.vault.gold", error: missing },
  {
    title: "45 a common table does not capture what a view reads",
    sql: "WITH sec AS (SELECT 7 AS id, 'x' AS name, 'y' AS ssn) SELECT count(*) FROM v, sec",
    rows: [["2"]],
  },
  {
    title: "46 a table function lends likewise",
    sql: "SELECT * FROM staff() ORDER BY id",
    rows: [
      ["1", "***-1111"],
      ["3", "***-3333"],
    ],
  },
  {
    title: "46 a scalar function over a governed table",
    sql: "SELECT ssn_of(1), ssn_of(2)",
    rows: [["***-1111", null]],
  },
  {
    title: "46 a scalar function's argument from another table",
    sql: "SELECT a, ssn_of(id) FROM t ORDER BY a",
    rows: [
      ["x", "***-1111"],
      ["y", null],
      ["z", null],
    ],
  },
  { title: "46 a function is lent what its caller may not read", sql: "SELECT gold_count()", rows: [["2"]] },
  { title: "46 a plain function", sql: "SELECT twice(id) FROM t ORDER BY 1", rows: [["2"], ["4"], ["12"]] },
  { title: "48 a filter that reads its own table", sql: "SELECT * FROM loop", error: /recursive/i },
  { title: "48 two filters that read each other's table", sql: "SELECT * FROM ping", error: /recursive/i },
  {
    title: "49 a filter's lookup is governed for the subject",
    sql: "SELECT id FROM badge ORDER BY id",
    rows: [["1"], ["3"]],
  },
  {
    title: "50 a mask sees the original of another masked column",
    sql: "SELECT salary FROM sec WHERE id = 1",
    rows: [["900"]],
  },
  {
    title: "51 a quote in a group's name is part of the name",
    sql: "SELECT is_account_group_member('x'' or ''1')",
    rows: [["false"]],
  },
  { title: "51 current_user is the subject", sql: "SELECT current_user()", rows: [[READER]] },
  {
    title: "51 a group of a column",
    sql: "SELECT g FROM (VALUES ('hr'), ('account users')) AS x(g) WHERE is_account_group_member(g)",
    rows: [["account users"]],
  },
  // Side channels: errors on hidden rows must not show.
  {
    title: "56 a division that fails on a hidden row",
    sql: "SELECT count(*) FROM sec WHERE 1 / (id - 2) < 9",
    rows: [["2"]],
  },
  {
    title: "56 a code point that is none on a hidden row",
    sql: "SELECT count(*) FROM sec WHERE chr(id - 4) IS NOT NULL",
    rows: [["2"]],
  },
  {
    title: "56 a cast that fails on a hidden row",
    sql: "SELECT count(*) FROM sec WHERE CAST(replace(name, 'ann', '1') AS STRING) <> 'x'",
    rows: [["2"]],
  },
  {
    title: "56 in a join's condition",
    sql: "SELECT count(*) FROM t JOIN sec ON t.id = sec.id AND 1 / (sec.id - 2) < 9",
    rows: [["1"]],
  },
  {
    title: "56 in an aggregate's filter",
    sql: "SELECT count(*) FILTER (WHERE 1 / (id - 4) < 9) FROM sec",
    rows: [["2"]],
  },
  { title: "56 in a projection", sql: "SELECT max(1 / (id - 2)) FROM sec", rows: [["1.0"]] },
  // Masked values everywhere.
  {
    title: "65 a join on a masked column joins masked values",
    sql: "SELECT g FROM guesses JOIN sec ON g = ssn",
    rows: [["***-1111"]],
  },
  { title: "65 LIKE sees the mask", sql: "SELECT count(*) FROM sec WHERE ssn LIKE '1%'", rows: [["0"]] },
  {
    title: "65 ORDER BY sees the mask",
    sql: "SELECT ssn FROM sec ORDER BY ssn DESC",
    rows: [["***-3333"], ["***-1111"]],
  },
  {
    title: "65 GROUP BY sees the mask",
    sql: "SELECT ssn, count(*) FROM sec GROUP BY ssn ORDER BY ssn",
    rows: [
      ["***-1111", "1"],
      ["***-3333", "1"],
    ],
  },
  {
    title: "65 a window sees the mask",
    sql: "SELECT first_value(ssn) OVER (ORDER BY id) FROM sec ORDER BY id LIMIT 1",
    rows: [["***-1111"]],
  },
  {
    title: "65 a masked value that is NULL is NULL in a predicate",
    sql: "SELECT count(*) FROM sec WHERE salary = 1000",
    rows: [["0"]],
  },
  { title: "69 EXCEPT in a star", sql: "SELECT * EXCEPT (salary, region) FROM sec ORDER BY id", rows: EU },
  { title: "69 NATURAL JOIN", sql: "SELECT ssn FROM sec NATURAL JOIN t", rows: [["***-1111"]] },
  { title: "69 USING", sql: "SELECT id, ssn, a FROM sec JOIN t USING (id)", rows: [["1", "***-1111", "x"]] },
  {
    title: "69 a struct of masked values",
    sql: "SELECT named_struct('s', ssn).s FROM sec ORDER BY 1",
    rows: [["***-1111"], ["***-3333"]],
  },
  { title: "73 time travel is refused", sql: "SELECT * FROM sec VERSION AS OF 1", error: refused },
  { title: "77 SET", sql: "SET enable_external_access = true", error: refused },
  { title: "37 COPY", sql: "COPY (SELECT * FROM sec) TO '/tmp/x'", error: refused },
  { title: "32 EXPLAIN", sql: "EXPLAIN SELECT * FROM sec", error: refused },
  // Capture, the other way round: what is put into a function's body keeps its own meaning.
  {
    title: "an argument keeps its meaning under an alias of the body's",
    sql: "SELECT a, ssn_of(sec.id) FROM t AS sec ORDER BY a",
    rows: [
      ["x", "***-1111"],
      ["y", null],
      ["z", null],
    ],
  },
  {
    title: "an argument keeps its meaning under a lambda of the body's",
    sql: "SELECT bumped(x) FROM (SELECT id AS x FROM t) AS q ORDER BY 1",
    rows: [["[2,3]"], ["[3,4]"], ["[7,8]"]],
  },
  {
    title: "a table function reads the row before it",
    sql: "SELECT t.a, r.doubled FROM t, LATERAL doubles(t.id) AS r ORDER BY t.a",
    rows: [
      ["x", "2"],
      ["y", "4"],
      ["z", "12"],
    ],
  },
  { title: "a column wins over a parameter of its name", sql: "SELECT shadow(99)", rows: [["6"]] },
  {
    title: "two references to one governed table",
    sql: "SELECT a.id, b.id FROM sec AS a JOIN sec AS b ON a.id < b.id",
    rows: [["1", "3"]],
  },
  {
    title: "a governed table beside itself in a view",
    sql: "SELECT count(*) FROM v JOIN sec ON v.id = sec.id JOIN vv ON vv.name = sec.name",
    rows: [["2"]],
  },
  {
    title: "a view's columns under another alias",
    sql: "SELECT x.b FROM v AS x(a, b, c) ORDER BY x.a",
    rows: [["ann"], ["cyn"]],
  },
];
