import type { Attack, Entry } from "../attack.ts";

const MASKED = [["***-1111"], ["***-3333"]] as const;
const IDS = [["1"], ["3"]] as const;

/** Expressions on the ledger that fail on each hidden row, and on no visible one. */
const failing: Readonly<Record<string, string>> = {
  "a division": "1 / pay > 0",
  "a whole division": "10 div pay > 0",
  "a remainder": "10 % pay >= 0",
  "a cast to INT": "CAST(txt AS INT) > 0",
  "a cast to DATE": "CAST(concat('2024-01-', lpad(right(txt, 1), 2, '1')) AS DATE) IS NOT NULL",
  "an implicit cast": "txt > 0",
  "an overflow": "big + 1 > 0",
  "a narrowing cast": "CAST(big AS INT) >= 0",
  "a decimal that overflows": "CAST(big AS DECIMAL(5, 0)) >= 0",
  "a sum of decimals": "CAST(big AS DECIMAL(38, 19)) * CAST(big AS DECIMAL(38, 0)) >= 0",
  "a negation": "-(-big - 2) > 0",
  "a pattern of a regular expression": "'abc' RLIKE code OR TRUE",
  "a replacement by a regular expression": "regexp_replace('abc', code, '') IS NOT NULL",
  "a split": "size(split('abc', code)) > 0",
  "all matches": "size(regexp_extract_all('abc', code, 0)) >= 0",
  "an extracted match": "regexp_extract('abc', code, 0) IS NOT NULL",
  "an array's place": "array(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)[pay - 1] > 0",
  "an array's place counted from one": "element_at(array(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), pay) > 0",
  "a slice": "size(slice(array(1, 2), pay, 1)) >= 0",
  "a part of a split": "split_part('a-b', '-', pay) IS NOT NULL",
  "a hash of an unknown width": "sha2(txt, CASE WHEN pay = 0 THEN 3 ELSE 256 END) IS NOT NULL",
  "a date's text in a format": "to_date(concat('200', right(txt, 1)), 'yyyy') IS NOT NULL",
  "a number in a base": "conv(txt, 10, 16) IS NOT NULL",
  "a date of numbers": "make_date(2024, pay, 1) IS NOT NULL",
  "a date's difference": "date_add(DATE '2024-01-01', CASE WHEN pay = 0 THEN 2147483647 ELSE 1 END) IS NOT NULL",
  "a map with a key twice": "map('a', 1, CASE WHEN pay = 0 THEN 'a' ELSE 'b' END, 2) IS NOT NULL",
  "a path of JSON": "get_json_object('{\"a\": 1}', CASE WHEN pay = 0 THEN '$[*]' ELSE '$.a' END) IS NOT NULL",
  "a scalar subquery of several rows":
    "(SELECT max(id) FROM t WHERE t.id > ledger.pay OR t.id = 1 GROUP BY CASE WHEN ledger.pay = 0 THEN t.id END) > 0",
  "a constant that fails, behind CASE": "CASE WHEN pay = 0 THEN CAST('x' AS INT) ELSE 1 END = 1",
  "a constant that fails, behind AND": "(pay > 0 OR CAST('x' AS INT) = 1)",
  "a named function": "twice(CAST(txt AS INT)) > 0",
  "a lambda": "exists(array(code), c -> 'abc' RLIKE c) OR TRUE",
};

const inWhere: readonly Attack[] = Object.entries(failing).map(([title, condition]) => ({
  title,
  sql: `SELECT count(*) FROM ledger WHERE ${condition}`,
  rows: [["19980"]],
}));

/** Where the same may stand. */
const shapes: Readonly<Record<string, (condition: string) => string>> = {
  "in a join's condition": (what) => `SELECT count(*) FROM (SELECT -1 AS x) AS q JOIN ledger ON x < id AND ${what}`,
  "behind OR": (what) => `SELECT count(*) FROM ledger WHERE id < 0 OR ${what}`,
  "in CASE": (what) => `SELECT count(CASE WHEN ${what} THEN 1 END) FROM ledger`,
  "in HAVING": (what) => `SELECT count(*) FROM ledger HAVING bool_and(${what})`,
  "in an aggregate's FILTER": (what) => `SELECT count(*) FILTER (WHERE ${what}) FROM ledger`,
  "in the select list": (what) => `SELECT count(x) FROM (SELECT ${what} AS x FROM ledger)`,
  "in GROUP BY": (what) => `SELECT count(*) FROM ledger GROUP BY ${what}`,
  "in ORDER BY": (what) => `SELECT count(*) FROM (SELECT id FROM ledger ORDER BY ${what} LIMIT 19980)`,
  "in a window": (what) => `SELECT max(n) FROM (SELECT count(*) OVER (PARTITION BY ${what}) AS n FROM ledger)`,
  "in EXISTS": (what) =>
    `SELECT count(*) + 19979 FROM (SELECT 1) AS q WHERE EXISTS (SELECT 1 FROM ledger WHERE ${what})`,
  "in a set operation": (what) =>
    `SELECT count(*) FROM (SELECT id FROM ledger WHERE ${what} UNION ALL SELECT id FROM ledger WHERE FALSE)`,
  "in a common table": (what) => `WITH c AS (SELECT * FROM ledger WHERE ${what}) SELECT count(*) FROM c`,
  "in a lateral subquery": (what) => `SELECT count(x) FROM ledger, LATERAL (SELECT ${what} AS x) AS q`,
  "in a LATERAL VIEW": (what) => `SELECT count(*) FROM ledger LATERAL VIEW explode(array(${what})) v AS x`,
};

const elsewhere: readonly Attack[] = ["1 / pay > 0", "regexp_replace('abc', code, '') IS NOT NULL"].flatMap(
  (condition) =>
    Object.entries(shapes).map(([title, statement]) => ({
      title: `${condition}, ${title}`,
      sql: statement(condition),
      rows: [["19980"]],
    })),
);

/** Entries 56, 57 and 62 to 69: what is told by failing, by counting, by plans, and by masked values. */
export const channels: readonly Entry[] = [
  { number: 56, name: "expressions that fail on hidden rows", attacks: [...inWhere, ...elsewhere] },
  {
    number: 57,
    name: "values in the texts of errors",
    attacks: [
      {
        title: "a cast",
        sql: "SELECT CAST(name AS INT) FROM sec",
        error: /^(?!.*\b(ann|cyn)\b).*\[CAST_INVALID_INPUT\]/,
      },
      { title: "a date", sql: "SELECT CAST(ssn AS DATE) FROM sec", error: /^(?!.*1111).*\[CAST_INVALID_INPUT\]/ },
      { title: "an overflow", sql: "SELECT CAST(salary * 1000000 AS TINYINT) FROM sec", error: /^(?!.*900)/ },
      { title: "a date in a format", sql: "SELECT to_date(name, 'yyyy') FROM sec", error: /^(?!.*\b(ann|cyn)\b)/ },
      {
        title: "a regular expression",
        sql: "SELECT regexp_replace('a', concat('(', name), '') FROM sec",
        error: /^(?!.*\b(ann|cyn)\b)/,
      },
      { title: "a raised error", sql: "SELECT raise_error(ssn) FROM sec", refused: "raise_error" },
      { title: "an assertion", sql: "SELECT assert_true(salary > 1, ssn) FROM sec", refused: "assert_true" },
      { title: "the engine's own", sql: "SELECT error(ssn) FROM sec", refused: "error" },
      {
        title: "a text written as a number",
        before: ["CREATE TABLE lake.desk.$copy (x INT)"],
        sql: "INSERT INTO lake.desk.$copy SELECT CAST(name AS INT) FROM sec",
        error: /^(?!.*\b(ann|cyn)\b).*\[CAST_INVALID_INPUT\]/,
      },
    ],
  },
  {
    number: 62,
    name: "numbers of rows",
    attacks: [
      { title: "count", sql: "SELECT count(*), count(1) FROM sec", rows: [["2", "2"]] },
      { title: "a limit that more rows would fill", sql: "SELECT id FROM sec ORDER BY id LIMIT 4", rows: IDS },
      { title: "a cross join", sql: "SELECT count(*) FROM sec AS a, sec AS b", rows: [["4"]] },
      { title: "a condition that no row meets", sql: "SELECT count(*) FROM sec WHERE id = 2", rows: [["0"]] },
      { title: "a sample", sql: "SELECT * FROM sec USING SAMPLE 1 ROWS", refused: "USING SAMPLE" },
      { title: "TABLESAMPLE", sql: "SELECT * FROM sec TABLESAMPLE (10 PERCENT)", refused: "TABLESAMPLE" },
      { title: "a truncated result", sql: "SELECT id FROM sec ORDER BY id", request: { row_limit: 2 }, rows: IDS },
    ],
  },
  {
    number: 63,
    name: "plans",
    attacks: ["EXPLAIN", "EXPLAIN EXTENDED", "EXPLAIN FORMATTED", "EXPLAIN COST", "EXPLAIN ANALYZE"].map((word) => ({
      title: word,
      sql: `${word} SELECT * FROM sec WHERE salary > 4000`,
      refused: "EXPLAIN",
    })),
  },
  {
    number: 64,
    name: "statistics",
    attacks: [
      { title: "stats", sql: "SELECT stats(ssn) FROM sec", refused: "stats" },
      { title: "SUMMARIZE", sql: "SUMMARIZE sec", refused: "SUMMARIZE" },
      { title: "ANALYZE", sql: "ANALYZE TABLE sec COMPUTE STATISTICS FOR ALL COLUMNS", refused: "ANALYZE" },
      { title: "DESCRIBE of a column", sql: "DESCRIBE EXTENDED sec ssn", error: /./ },
      { title: "pragma_storage_info", sql: "SELECT * FROM pragma_storage_info('sec')", refused: "pragma_storage_info" },
      { title: "parquet_metadata", sql: "SELECT * FROM parquet_metadata('x')", refused: "parquet_metadata" },
      {
        title: "the least and the greatest",
        sql: "SELECT min(id), max(id), max(salary) FROM sec",
        rows: [["1", "3", "900"]],
      },
      {
        title: "an approximate count",
        sql: "SELECT approx_count_distinct(id), count(DISTINCT ssn) FROM sec",
        rows: [["2", "2"]],
      },
      { title: "of the ledger, by zone maps", sql: "SELECT max(big) FROM ledger", rows: [["19999"]] },
    ],
  },
  {
    number: 65,
    name: "masked values where values are compared",
    attacks: [
      { title: "a join", sql: "SELECT g FROM guesses JOIN sec ON g = ssn", rows: [["***-1111"]] },
      { title: "LIKE", sql: "SELECT count(*) FROM sec WHERE ssn LIKE '1%'", rows: [["0"]] },
      { title: "ORDER BY", sql: "SELECT ssn FROM sec ORDER BY ssn DESC", rows: [["***-3333"], ["***-1111"]] },
      {
        title: "GROUP BY",
        sql: "SELECT ssn, count(*) FROM sec GROUP BY ssn ORDER BY ssn",
        rows: [
          ["***-1111", "1"],
          ["***-3333", "1"],
        ],
      },
      {
        title: "a window",
        sql: "SELECT first_value(ssn) OVER (ORDER BY id) FROM sec ORDER BY id LIMIT 1",
        rows: [["***-1111"]],
      },
      { title: "DISTINCT", sql: "SELECT DISTINCT ssn FROM sec ORDER BY ssn", rows: MASKED },
      { title: "a NULL in a predicate", sql: "SELECT count(*) FROM sec WHERE salary = 1000", rows: [["0"]] },
      {
        title: "a row chosen by it",
        sql: "SELECT max_by(name, salary), min_by(name, ssn) FROM sec",
        rows: [["ann", "ann"]],
      },
      { title: "BETWEEN", sql: "SELECT count(*) FROM sec WHERE ssn BETWEEN '333' AND '334'", rows: [["0"]] },
      {
        title: "a range by a join",
        sql: "SELECT count(*) FROM sec JOIN (SELECT 999 AS low) AS q ON salary > low",
        rows: [["0"]],
      },
      {
        title: "USING",
        sql: "SELECT count(*) FROM sec JOIN (SELECT '333-33-3333' AS ssn) AS q USING (ssn)",
        rows: [["0"]],
      },
    ],
  },
  {
    number: 66,
    name: "what a mask's own values tell",
    attacks: [
      { title: "lengths are the mask's", sql: "SELECT length(ssn) FROM sec ORDER BY id", rows: [["8"], ["8"]] },
      { title: "NULLs are the mask's", sql: "SELECT count(salary) FROM sec", rows: [["1"]] },
      {
        title: "a hash is the mask's",
        sql: "SELECT md5(ssn) = md5('111-11-1111') FROM sec WHERE id = 1",
        rows: [["false"]],
      },
      {
        title: "a distance is the mask's",
        sql: "SELECT levenshtein(ssn, '111-11-1111') FROM sec WHERE id = 1",
        rows: [["6"]],
      },
    ],
  },
  {
    number: 67,
    name: "what work costs",
    attacks: [
      { title: "the engine's memory", sql: "SELECT * FROM duckdb_memory()", refused: "duckdb_memory" },
      {
        title: "its temporary files",
        sql: "SELECT * FROM duckdb_temporary_files()",
        refused: "duckdb_temporary_files",
      },
      { title: "a pause", sql: "SELECT sleep(1) FROM sec", refused: "sleep" },
      { title: "a profile", sql: "PRAGMA enable_profiling", refused: "PRAGMA" },
    ],
  },
  {
    number: 68,
    name: "pages and orders",
    attacks: [
      {
        title: "a page by a masked order",
        sql: "SELECT id FROM sec ORDER BY ssn DESC LIMIT 1 OFFSET 1",
        rows: [["1"]],
      },
      { title: "a page behind the last visible row", sql: "SELECT id FROM sec ORDER BY id LIMIT 1 OFFSET 2", rows: [] },
      { title: "a page by NULLs", sql: "SELECT id FROM sec ORDER BY salary DESC NULLS FIRST LIMIT 1", rows: [["3"]] },
      { title: "a collation", sql: "SELECT ssn COLLATE UNICODE FROM sec", refused: "COLLATE" },
    ],
  },
  {
    number: 69,
    name: "whole rows and wildcards",
    attacks: [
      {
        title: "EXCEPT in a star",
        sql: "SELECT * EXCEPT (salary, region) FROM sec ORDER BY id",
        rows: [
          ["1", "ann", "***-1111"],
          ["3", "cyn", "***-3333"],
        ],
      },
      { title: "NATURAL JOIN", sql: "SELECT ssn FROM sec NATURAL JOIN t", rows: [["***-1111"]] },
      { title: "USING", sql: "SELECT id, ssn, a FROM sec JOIN t USING (id)", rows: [["1", "***-1111", "x"]] },
      { title: "a struct of masked values", sql: "SELECT named_struct('s', ssn).s FROM sec ORDER BY 1", rows: MASKED },
      { title: "the row as a value", sql: "SELECT s FROM sec AS s", refused: "UNRESOLVED_COLUMN" },
      { title: "the row as JSON", sql: "SELECT to_json(s) FROM sec AS s", refused: "to_json" },
      { title: "a struct of a star", sql: "SELECT struct(*) FROM sec", error: /INVALID_USAGE_OF_STAR|UNSUPPORTED/ },
      { title: "columns by a pattern", sql: "SELECT COLUMNS('.*') FROM sec", refused: "COLUMNS" },
      { title: "EXCLUDE", sql: "SELECT * EXCLUDE (id) FROM sec", refused: "EXCLUDE" },
      { title: "REPLACE", sql: "SELECT * REPLACE (ssn AS name) FROM sec", refused: "REPLACE" },
      { title: "a hash of the row", sql: "SELECT hash(s) FROM sec AS s", refused: "hash" },
      { title: "unnesting", sql: "SELECT unnest(s) FROM sec AS s", refused: "unnest" },
      {
        title: "a field of a masked struct",
        setup: [
          "CREATE TABLE lake.s.nested (id INT, p STRUCT<ssn: STRING, n: INT>, l ARRAY<STRING>, m MAP<STRING, STRING>)",
          "INSERT INTO lake.s.nested SELECT 1, named_struct('ssn', '111', 'n', 5), array('111', '222'), map('k', '111')",
          "CREATE FUNCTION lake.gov.blank_struct(p STRUCT<ssn: STRING, n: INT>) RETURNS STRUCT<ssn: STRING, n: INT> RETURN named_struct('ssn', '***', 'n', p.n)",
          "CREATE FUNCTION lake.gov.blank_list(l ARRAY<STRING>) RETURNS ARRAY<STRING> RETURN transform(l, x -> '***')",
          "CREATE FUNCTION lake.gov.blank_map(m MAP<STRING, STRING>) RETURNS MAP<STRING, STRING> RETURN transform_values(m, (k, v) -> '***')",
          "ALTER TABLE lake.s.nested ALTER COLUMN p SET MASK lake.gov.blank_struct",
          "ALTER TABLE lake.s.nested ALTER COLUMN l SET MASK lake.gov.blank_list",
          "ALTER TABLE lake.s.nested ALTER COLUMN m SET MASK lake.gov.blank_map",
        ],
        sql: "SELECT p.ssn, p.n, nested.p.ssn FROM nested",
        rows: [["***", "5", "***"]],
      },
      { title: "all fields of a masked struct", sql: "SELECT p.* FROM nested", rows: [["***", "5"]] },
      {
        title: "an item of a masked array",
        sql: "SELECT l[0], element_at(l, 2), size(l) FROM nested",
        rows: [["***", "***", "2"]],
      },
      {
        title: "a masked array, unfolded",
        sql: "SELECT e FROM nested LATERAL VIEW explode(l) v AS e",
        rows: [["***"], ["***"]],
      },
      {
        title: "a value of a masked map",
        sql: "SELECT m.k, m['k'], map_values(m) FROM nested",
        rows: [["***", "***", '["***"]']],
      },
    ],
  },
];
