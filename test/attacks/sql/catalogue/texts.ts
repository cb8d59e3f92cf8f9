import type { Entry } from "../attack.ts";

const own = "names no governed table";

/** Entries 38 to 44: texts that run texts, and parsers that disagree. */
export const texts: readonly Entry[] = [
  {
    number: 38,
    name: "functions that take a query or a table's name",
    attacks: [
      { title: "query", sql: "SELECT * FROM query('SELECT * FROM sec')", refused: "query" },
      { title: "query_table", sql: "SELECT * FROM query_table('sec')", refused: "query_table" },
      { title: "query_table of a list", sql: "SELECT * FROM query_table(array('sec'))", refused: "query_table" },
      { title: "LATERAL", sql: "SELECT * FROM t, LATERAL query('FROM sec') AS q", refused: "query" },
    ],
  },
  {
    number: 39,
    name: "serialised queries",
    attacks: [
      { title: "run", sql: "SELECT * FROM json_execute_serialized_sql('{}')", refused: "json_execute_serialized_sql" },
      { title: "made", sql: "SELECT json_serialize_sql('SELECT * FROM sec')", refused: "json_serialize_sql" },
      { title: "planned", sql: "SELECT json_serialize_plan('SELECT * FROM sec')", refused: "json_serialize_plan" },
    ],
  },
  {
    number: 40,
    name: "prepared statements",
    attacks: [
      { title: "PREPARE", sql: "PREPARE p AS SELECT * FROM sec", refused: "PREPARE" },
      { title: "EXECUTE", sql: "EXECUTE p", refused: "EXECUTE" },
      {
        title: "a named parameter is a value",
        sql: "SELECT :p AS x, id FROM sec ORDER BY id",
        request: { parameters: [{ name: "p", value: "x' FROM sec WHERE TRUE --" }] },
        rows: [
          ["x' FROM sec WHERE TRUE --", "1"],
          ["x' FROM sec WHERE TRUE --", "3"],
        ],
      },
      {
        title: "a named parameter in the place of a table",
        sql: "SELECT * FROM :p",
        request: { parameters: [{ name: "p", value: "sec" }] },
        refused: "PARSE_SYNTAX_ERROR",
      },
      {
        title: "a named parameter in a view's text",
        sql: "CREATE VIEW lake.desk.p AS SELECT * FROM sec WHERE id = :p",
        error: /\[UNBOUND_SQL_PARAMETER\]/,
      },
      { title: "a question mark", sql: "SELECT ? FROM sec", refused: "?" },
    ],
  },
  {
    number: 41,
    name: "dynamic statements",
    attacks: [
      { title: "EXECUTE IMMEDIATE", sql: "EXECUTE IMMEDIATE 'SELECT * FROM sec'", refused: "EXECUTE IMMEDIATE" },
      { title: "a block", sql: "BEGIN SELECT * FROM sec; END", refused: "SQL scripting" },
      { title: "IDENTIFIER of a concatenation", sql: "SELECT * FROM IDENTIFIER('se' || 'c')", refused: "IDENTIFIER" },
      { title: "IDENTIFIER as a column", sql: "SELECT IDENTIFIER('ssn') FROM sec", refused: "IDENTIFIER" },
      { title: "CALL", sql: "CALL query('SELECT 1')", refused: "CALL" },
    ],
  },
  {
    number: 42,
    name: "two statements",
    attacks: [
      { title: "behind a semicolon", sql: "SELECT 1; SELECT * FROM sec", refused: "one statement" },
      { title: "behind two", sql: "SELECT 1;; SELECT * FROM sec", refused: "one statement" },
      { title: "behind a comment", sql: "SELECT 1 /* ; */ ; DROP TABLE sec", refused: "one statement" },
      {
        title: "a semicolon in a text is none",
        sql: "SELECT '; SELECT 2' AS x",
        rows: [["; SELECT 2"]],
        harmless: own,
      },
    ],
  },
  {
    number: 43,
    name: "texts that two parsers read differently",
    attacks: [
      {
        title: "a backslash before a quote",
        sql: "SELECT 'a\\', ssn FROM sec --' AS x",
        rows: [["a', ssn FROM sec --"]],
        harmless: own,
      },
      {
        title: "two backslashes before a quote",
        sql: "SELECT 'a\\\\', max(ssn) FROM sec",
        rows: [["a\\", "***-3333"]],
      },
      {
        title: "quotes are a text and no name",
        sql: 'SELECT "ssn" FROM sec ORDER BY id LIMIT 1',
        rows: [["ssn"]],
        harmless: "a text of the statement's own",
      },
      { title: "a doubled quote", sql: "SELECT 'a''b', '''' || max(ssn) FROM sec", rows: [["a'b", "'***-3333"]] },
      { title: "nested comments", sql: "SELECT /* /* ssn */ FROM sec */ 1", rows: [["1"]], harmless: own },
      { title: "a comment that does not end", sql: "SELECT 1 /* FROM sec", refused: "not closed" },
      { title: "a comment with a continuation", sql: "SELECT 1 -- x\\\nFROM sec", refused: "backslash" },
      {
        title: "a comment that goes on behind a carriage return",
        sql: "SELECT count(*) -- x\rFROM sec",
        rows: [["1"]],
        harmless: own,
      },
      { title: "a hint", sql: "SELECT /*+ BROADCAST(sec) */ count(*) FROM sec", rows: [["2"]] },
      { title: "a raw text", sql: "SELECT r'\\', max(ssn) FROM sec", rows: [["\\", "***-3333"]] },
      { title: "a dollar-quoted text", sql: "SELECT $$x$$, ssn FROM sec", refused: "$$" },
      { title: "a text with code points", sql: "SELECT U&'\\0041' FROM sec", refused: "U&" },
      { title: "a NUL", sql: "SELECT 'a\u0000', ssn FROM sec", refused: "U+0000" },
      { title: "a NUL by its escape", sql: "SELECT 'a\\0', ssn FROM sec", error: /NUL/ },
      { title: "a hash", sql: "SELECT 1 # FROM sec", refused: "U+0023" },
      {
        title: "3,000 parentheses",
        sql: `SELECT ${"(".repeat(3000)}1${")".repeat(3000)} FROM sec`,
        error: /nest|deep/i,
      },
      {
        title: "a text of a megabyte",
        sql: `SELECT length('${"x".repeat(1_000_000)}'), count(*) FROM sec`,
        rows: [["1000000", "2"]],
      },
      {
        title: "a name with quotes in it",
        sql: 'SELECT `x"; SELECT ssn` FROM (SELECT max(ssn) AS `x"; SELECT ssn` FROM sec)',
        rows: [["***-3333"]],
      },
    ],
  },
  {
    number: 44,
    name: "ways into other systems",
    attacks: [
      { title: "postgres_query", sql: "SELECT * FROM postgres_query('db', 'SELECT 1')", refused: "postgres_query" },
      { title: "sqlite_scan", sql: "SELECT * FROM sqlite_scan('x.db', 't')", refused: "sqlite_scan" },
      { title: "TABLE(system.query(…))", sql: "SELECT * FROM TABLE(pg.system.query('SELECT 1'))", refused: "query" },
      { title: "reflect", sql: "SELECT reflect('java.lang.System', 'exit')", refused: "reflect" },
      { title: "java_method", sql: "SELECT java_method('java.lang.System', 'exit')", refused: "java_method" },
      { title: "TRANSFORM … USING", sql: "SELECT TRANSFORM(ssn) USING 'sh' FROM sec", refused: "USING" },
      { title: "http_request", sql: "SELECT http_request('x', 'GET', ssn) FROM sec", refused: "http_request" },
      { title: "ai_parse_document", sql: "SELECT ai_parse_document(ssn) FROM sec", refused: "ai_parse_document" },
    ],
  },
];
