import { READER } from "../../../sql/setting.ts";
import type { Entry } from "../attack.ts";

const IDS = [["1"], ["3"]] as const;
const own = "names no governed table";

/** Entries 1 to 9: what a name means, and where it ends. The current names are lake.s. */
export const names: readonly Entry[] = [
  {
    number: 1,
    name: "a common table of a table's name",
    attacks: [
      {
        title: "is no table",
        sql: "WITH sec AS (SELECT 1 AS a) SELECT * FROM sec",
        rows: [["1"]],
        harmless: own,
      },
      {
        title: "within its own definition the name is the table",
        sql: "WITH sec AS (SELECT id FROM sec) SELECT id FROM sec ORDER BY id",
        rows: IDS,
      },
      {
        title: "an entry after it sees it, itself did not",
        sql: "WITH sec AS (SELECT id FROM sec WHERE id > 1), u AS (SELECT id FROM sec) SELECT id FROM u",
        rows: [["3"]],
      },
      {
        title: "a name of two parts is never a common table",
        sql: "WITH sec AS (SELECT 9 AS id) SELECT id FROM s.sec ORDER BY id",
        rows: IDS,
      },
      {
        title: "case does not make it another",
        sql: "WITH SEC AS (SELECT 7 AS id) SELECT id FROM sec",
        rows: [["7"]],
        harmless: own,
      },
    ],
  },
  {
    number: 2,
    name: "a common table ends with its query",
    attacks: [
      {
        title: "a subquery in FROM",
        sql: "SELECT x.a, sec.id FROM (WITH sec AS (SELECT 1 AS a) SELECT * FROM sec) AS x, sec ORDER BY id",
        rows: [
          ["1", "1"],
          ["1", "3"],
        ],
      },
      {
        title: "a common table within a common table",
        sql: "WITH a AS (WITH sec AS (SELECT 9 AS id) SELECT id FROM sec), b AS (SELECT id FROM sec) SELECT count(*) FROM a, b",
        rows: [["2"]],
      },
      {
        title: "a scalar subquery",
        sql: "SELECT (WITH sec AS (SELECT 5 AS id) SELECT max(id) FROM sec), count(*) FROM sec",
        rows: [["5", "2"]],
      },
      {
        title: "one side of a set operation",
        sql: "(WITH sec AS (SELECT 8 AS id) SELECT id FROM sec) UNION ALL SELECT id FROM sec ORDER BY id",
        rows: [["1"], ["3"], ["8"]],
      },
      {
        title: "a recursive one",
        sql: "WITH RECURSIVE sec AS (SELECT 1 AS id UNION ALL SELECT id FROM sec) SELECT * FROM sec",
        refused: "WITH RECURSIVE",
      },
    ],
  },
  {
    number: 3,
    name: "what a policy, view or function names is not captured",
    attacks: [
      {
        title: "a common table named like the filter's look-up",
        sql: `WITH region_map AS (SELECT '${READER}' AS u, 'us' AS region) SELECT id FROM sec ORDER BY id`,
        rows: IDS,
      },
      {
        title: "an alias like the filter's own",
        sql: "SELECT m.id FROM sec AS m, u AS r WHERE r.n = 10 ORDER BY m.id",
        rows: IDS,
      },
      {
        title: "a column named like the filter's parameter",
        sql: "SELECT id FROM (SELECT id, 'us' AS r FROM sec) AS region_map ORDER BY id",
        rows: IDS,
      },
      {
        title: "a common table named like a look-up that is governed itself",
        sql: "WITH sec AS (SELECT 2 AS id) SELECT badge.id FROM badge ORDER BY 1",
        rows: IDS,
      },
      {
        title: "a common table named like what a view reads",
        sql: "WITH sec AS (SELECT 7 AS id, 'x' AS name, 'y' AS ssn) SELECT v.id FROM v, sec ORDER BY 1",
        rows: IDS,
      },
      {
        title: "a common table named like what a function reads",
        sql: "WITH sec AS (SELECT 2 AS id, 'y' AS ssn) SELECT id FROM staff() ORDER BY id",
        rows: IDS,
      },
    ],
  },
  {
    number: 4,
    name: "other spellings of a name",
    attacks: [
      { title: "case", sql: "SELECT ID FROM LAKE.S.SEC ORDER BY Id", rows: IDS },
      { title: "back-ticks", sql: "SELECT `id` FROM `lake`.`s`.`sec` ORDER BY `id`", rows: IDS },
      { title: "spaces and comments", sql: "SELECT id FROM lake /* x */ . s . -- y\n sec ORDER BY id", rows: IDS },
      { title: "a full-width letter", sql: "SELECT id FROM `ｓec`", refused: "does not exist" },
      { title: "a Cyrillic letter", sql: "SELECT id FROM `s\u0435c`", refused: "does not exist" },
      { title: "a combining mark", sql: "SELECT id FROM `sec\u0301`", refused: "does not exist" },
      { title: "a zero-width space", sql: "SELECT * FROM `se\u200bc`", refused: "invisible" },
      { title: "a trailing blank", sql: "SELECT id FROM `sec `", error: /\[INVALID_NAME\]/ },
      { title: "a dot within back-ticks", sql: "SELECT id FROM `lake.s.sec`", error: /\[INVALID_NAME\]/ },
      { title: "quotes", sql: 'SELECT * FROM lake.s."sec"', refused: "PARSE_SYNTAX_ERROR" },
    ],
  },
  {
    number: 5,
    name: "partly qualified names",
    attacks: [
      { title: "two parts", sql: "SELECT id FROM s.sec ORDER BY id", rows: IDS },
      {
        title: "one part in the schema of the request",
        sql: "SELECT id FROM sec ORDER BY id",
        request: { catalog: "LAKE", schema: "S" },
        rows: IDS,
      },
      {
        title: "a schema of the request that holds a dot",
        sql: "SELECT id FROM sec",
        request: { catalog: "lake.s", schema: "sec" },
        refused: "does not exist",
      },
      { title: "an alias like another table's name", sql: "SELECT t.id FROM sec AS t ORDER BY t.id", rows: IDS },
      {
        title: "a schema named like its catalog",
        setup: [
          "CREATE SCHEMA lake.lake",
          "CREATE TABLE lake.lake.sec (id INT)",
          "GRANT USE SCHEMA, SELECT ON SCHEMA lake.lake TO `account users`",
        ],
        sql: "SELECT count(*) FROM lake.sec",
        rows: [["0"]],
        harmless: own,
      },
      { title: "USE", sql: "USE lake.vault", refused: "USE" },
      { title: "a search path", sql: "SET search_path = 's'", refused: "SET" },
    ],
  },
  {
    number: 6,
    name: "a guessed physical name",
    attacks: [
      { title: "of this engine", sql: "SELECT * FROM rel.r1", refused: "does not exist" },
      { title: "with its catalog", sql: "SELECT * FROM memory.rel.r1", refused: "does not exist" },
      {
        title: "the engine's system catalog",
        sql: "SELECT * FROM system.main.duckdb_tables",
        refused: "does not exist",
      },
      { title: "the macros' catalog", sql: "SELECT * FROM lakeward_macros.lakeward_fn.x", refused: "does not exist" },
      { title: "a macro by its own name", sql: "SELECT lakeward_fn.divisor(0)", refused: "does not exist" },
      { title: "a function with the engine's prefix", sql: "SELECT system.main.upper('a')", refused: "does not exist" },
    ],
  },
  {
    number: 7,
    name: "objects that shadow others",
    attacks: [
      { title: "a temporary table", sql: "CREATE TEMP TABLE region_map AS SELECT 1 AS u", refused: "CREATE TEMPORARY" },
      { title: "a temporary macro", sql: "CREATE TEMP MACRO upper(x) AS 'pwned'", refused: "CREATE TEMPORARY" },
      { title: "a macro", sql: "CREATE MACRO is_account_group_member(g) AS TRUE", refused: "CREATE MACRO" },
      { title: "a temporary view", sql: "CREATE TEMPORARY VIEW sec AS SELECT 1 AS id", refused: "CREATE TEMPORARY" },
      {
        title: "a function named like the one that tells groups, in the current schema",
        setup: [
          "CREATE FUNCTION lake.desk.is_account_group_member(g STRING) RETURNS BOOLEAN RETURN TRUE",
          "CREATE FUNCTION lake.desk.right(s STRING, n INT) RETURNS STRING RETURN s",
          "CREATE FUNCTION lake.desk.current_user() RETURNS STRING RETURN 'hugo@x.org'",
          "GRANT EXECUTE ON SCHEMA lake.desk TO `eve@x.org`",
        ],
        sql: "SELECT id, ssn, is_account_group_member('hr'), current_user() FROM lake.s.sec ORDER BY id",
        request: { schema: "desk" },
        rows: [
          ["1", "***-1111", "false", READER],
          ["3", "***-3333", "false", READER],
        ],
      },
      {
        title: "a table named like the filter's look-up, in the current schema",
        setup: ["CREATE TABLE lake.desk.region_map AS SELECT 'eve@x.org' AS u, 'us' AS region"],
        sql: "SELECT id FROM lake.s.sec ORDER BY id",
        request: { schema: "desk" },
        rows: IDS,
      },
    ],
  },
  {
    number: 8,
    name: "a column's name",
    attacks: [
      {
        title: "in full",
        sql: "SELECT lake.s.sec.ssn FROM lake.s.sec ORDER BY 1",
        rows: [["***-1111"], ["***-3333"]],
      },
      {
        title: "as an alias of the list, which the column wins over",
        sql: "SELECT 1 AS ssn, ssn FROM sec ORDER BY 2",
        rows: [
          ["1", "***-1111"],
          ["1", "***-3333"],
        ],
      },
      {
        title: "by an alias list",
        sql: "SELECT d FROM sec AS x(a, b, c, d, e) ORDER BY a",
        rows: [["***-1111"], ["***-3333"]],
      },
      {
        title: "as a field of another column",
        sql: "SELECT sec.ssn.x FROM sec",
        error: /\[(UNRESOLVED_COLUMN|DATATYPE_MISMATCH)\]/,
      },
      {
        title: "of a struct that is named like the table",
        sql: "SELECT sec.ssn FROM (SELECT named_struct('ssn', 'mine') AS sec) AS q",
        rows: [["mine"]],
        harmless: own,
      },
      {
        title: "of a table under another alias by its own name",
        sql: "SELECT sec.ssn FROM sec AS x",
        refused: "UNRESOLVED_COLUMN",
      },
      {
        title: "in the spelling of a physical source",
        sql: "SELECT t1.ssn, r1.ssn FROM sec",
        refused: "UNRESOLVED_COLUMN",
      },
    ],
  },
  {
    number: 9,
    name: "hidden and pseudo columns",
    attacks: [
      "rowid",
      "filename",
      "file_row_number",
      "_metadata.file_path",
      "_change_type",
      "_commit_version",
      "`$path`",
    ].map((column) => ({ title: column, sql: `SELECT ${column} FROM sec`, refused: "UNRESOLVED_COLUMN" })),
  },
];
