import type { Attack, Entry } from "../attack.ts";

const own = "names no governed table";

const missing = (relation: string): Attack => ({
  title: relation,
  sql: `SELECT * FROM ${relation}`,
  refused: "does not exist",
});

const noFunction = (call: string): Attack => ({
  title: call,
  sql: `SELECT * FROM ${call}`,
  refused: call.replace(/\(.*/, ""),
});

/** Each statement names something that the reader may not know; answered like a name that is nowhere. */
const hidden: readonly (readonly [title: string, sql: string, name: string])[] = [
  ["a table", "SELECT * FROM lake.vault.gold", "lake.vault.gold"],
  ["a table in a hidden schema", "SELECT * FROM lake.gov.map", "lake.gov"],
  ["a table of a column that it has", "SELECT owner FROM lake.vault.gold", "lake.vault.gold"],
  ["a table beside one that is there", "SELECT * FROM sec, lake.vault.gold", "lake.vault.gold"],
  ["a view's table", "SELECT id FROM my_gold JOIN lake.vault.gold USING (id)", "lake.vault.gold"],
  ["a function", "SELECT lake.vault.weight(1)", "lake.vault.weight"],
  ["a function by a wrong number of arguments", "SELECT lake.vault.weight(1, 2, 3)", "lake.vault.weight"],
  ["a table function", "SELECT * FROM lake.vault.weight()", "lake.vault.weight"],
  ["DESCRIBE TABLE", "DESCRIBE TABLE lake.vault.gold", "lake.vault.gold"],
  ["DESCRIBE FUNCTION", "DESCRIBE FUNCTION lake.vault.weight", "lake.vault.weight"],
  ["DESCRIBE SCHEMA", "DESCRIBE SCHEMA lake.vault", "lake.vault"],
  ["SHOW TABLES", "SHOW TABLES IN lake.vault", "lake.vault"],
  ["SHOW FUNCTIONS", "SHOW FUNCTIONS IN lake.vault", "lake.vault"],
  ["SHOW COLUMNS", "SHOW COLUMNS IN lake.vault.gold", "lake.vault.gold"],
  ["SHOW GRANTS", "SHOW GRANTS ON TABLE lake.vault.gold", "lake.vault.gold"],
  ["GRANT", "GRANT SELECT ON TABLE lake.vault.gold TO `eve@x.org`", "lake.vault.gold"],
  ["REVOKE", "REVOKE SELECT ON TABLE lake.vault.gold FROM `eve@x.org`", "lake.vault.gold"],
  ["DROP TABLE", "DROP TABLE lake.vault.gold", "lake.vault.gold"],
  ["DROP FUNCTION", "DROP FUNCTION lake.vault.weight", "lake.vault.weight"],
  ["DROP SCHEMA", "DROP SCHEMA lake.vault CASCADE", "lake.vault"],
  ["another owner", "ALTER TABLE lake.vault.gold OWNER TO `eve@x.org`", "lake.vault.gold"],
  ["a row filter", "ALTER TABLE lake.vault.gold DROP ROW FILTER", "lake.vault.gold"],
  ["a column's mask", "ALTER TABLE lake.vault.gold ALTER COLUMN id DROP MASK", "lake.vault.gold"],
  ["a policy's function", "ALTER TABLE lake.desk.mine SET ROW FILTER lake.vault.weight ON (id)", "lake.vault.weight"],
  ["INSERT into", "INSERT INTO lake.vault.gold VALUES (1, 'x')", "lake.vault.gold"],
  ["INSERT with too few columns", "INSERT INTO lake.vault.gold (nope) VALUES (1)", "lake.vault.gold"],
  ["INSERT from", "INSERT INTO lake.desk.mine SELECT id FROM lake.vault.gold", "lake.vault.gold"],
  ["a table made of it", "CREATE TABLE lake.desk.stolen AS SELECT * FROM lake.vault.gold", "lake.vault.gold"],
  ["a view of it", "CREATE VIEW lake.desk.stolen AS SELECT * FROM lake.vault.gold", "lake.vault.gold"],
  [
    "a function of it",
    "CREATE FUNCTION lake.desk.stolen() RETURNS BIGINT RETURN (SELECT count(*) FROM lake.vault.gold)",
    "lake.vault.gold",
  ],
  [
    "a default of it",
    "CREATE FUNCTION lake.desk.stolen(n BIGINT DEFAULT (SELECT count(*) FROM lake.vault.gold)) RETURNS BIGINT RETURN n",
    "lake.vault.gold",
  ],
  ["a table within it", "CREATE TABLE lake.vault.mine (a INT)", "lake.vault"],
  ["a function within it", "CREATE FUNCTION lake.vault.mine() RETURNS INT RETURN 1", "lake.vault"],
  ["a catalog", "SELECT * FROM crypt.s.t", "crypt"],
  ["SHOW SCHEMAS", "SHOW SCHEMAS IN crypt", "crypt"],
  ["a schema within it", "CREATE SCHEMA crypt.mine", "crypt"],
];

/** Entries 70 to 72: names, errors and history. */
export const metadata: readonly Entry[] = [
  {
    number: 70,
    name: "lists of what there is",
    attacks: [
      missing("information_schema.tables"),
      missing("lake.information_schema.columns"),
      missing("system.information_schema.row_filters"),
      missing("pg_catalog.pg_class"),
      missing("sqlite_master"),
      missing("duckdb_tables"),
      noFunction("duckdb_tables()"),
      noFunction("duckdb_columns()"),
      noFunction("duckdb_functions()"),
      noFunction("duckdb_settings()"),
      noFunction("duckdb_databases()"),
      noFunction("duckdb_secrets()"),
      noFunction("pragma_show('sec')"),
      noFunction("sql_auto_complete('SEL')"),
      {
        title: "SHOW SCHEMAS",
        sql: "SHOW SCHEMAS IN lake LIKE 'v*|g*|s'",
        rows: [["s"]],
        harmless: "policies hide rows, not names",
      },
      {
        title: "SHOW CATALOGS",
        sql: "SHOW CATALOGS LIKE 'c*|l*'",
        rows: [["lake"]],
        harmless: "policies hide rows, not names",
      },
      { title: "SHOW ALL TABLES", sql: "SHOW ALL TABLES", refused: "SHOW ALL TABLES" },
      { title: "SHOW CREATE TABLE", sql: "SHOW CREATE TABLE sec", refused: "SHOW CREATE TABLE" },
      { title: "SHOW TABLE EXTENDED", sql: "SHOW TABLE EXTENDED LIKE 'sec'", refused: "SHOW TABLE EXTENDED" },
      { title: "a view's text", sql: "SHOW CREATE VIEW my_gold", refused: "SHOW CREATE" },
      {
        title: "a function's text",
        sql: "DESCRIBE FUNCTION EXTENDED gold_count",
        rows: [["Function: lake.s.gold_count"], ["Type:     SCALAR"], ["Input:    ()"], ["Returns:  BIGINT"]],
        harmless: own,
      },
      {
        title: "a table's policies",
        sql: "DESCRIBE TABLE sec",
        rows: [
          ["id", "int", null],
          ["name", "string", null],
          ["region", "string", null],
          ["ssn", "string", null],
          ["salary", "int", null],
        ],
        harmless: own,
      },
      {
        title: "policies",
        sql: "SHOW POLICIES ON TABLE sec",
        error: /INSUFFICIENT_PERMISSIONS. User does not have .*READ_METADATA on TABLE 'lake.s.sec'/,
      },
    ],
  },
  {
    number: 71,
    name: "what is hidden is answered like what is nowhere",
    attacks: [
      {
        title: "a table, to whom knows only its schema",
        setup: [
          "CREATE CATALOG crypt",
          "CREATE SCHEMA crypt.s",
          "CREATE FUNCTION lake.vault.weight(n INT) RETURNS BOOLEAN RETURN n > 0",
          "GRANT USE SCHEMA ON SCHEMA lake.vault TO `sam@x.org`",
        ],
        by: "sam@x.org",
        sql: "SELECT * FROM lake.vault.gold",
        hidden: "lake.vault.gold",
      },
      {
        title: "a column, which is suggested to nobody",
        sql: "SELECT salry FROM sec",
        error:
          /^\[UNRESOLVED_COLUMN\] A column or parameter named `salry` cannot be resolved\. \(line 1, column 8\)(?!.*salary)/,
      },
      {
        title: "a table that is mine to write in",
        before: ["CREATE TABLE lake.desk.$copy (id INT)"],
        sql: "INSERT INTO lake.desk.$copy SELECT 1",
        rows: [["1", "1"]],
        harmless: own,
      },
      ...hidden.map(([title, sql, name]) => ({ title, sql, hidden: name })),
      {
        title: "DROP IF EXISTS does nothing to either",
        sql: "DROP TABLE IF EXISTS lake.vault.gold",
        rows: [],
        harmless: own,
      },
      {
        title: "and it is still there",
        by: "ada@x.org",
        sql: "SELECT count(*) FROM lake.vault.gold",
        rows: [["2"]],
        harmless: own,
      },
    ],
  },
  {
    number: 72,
    name: "history",
    attacks: [
      { title: "of a table", sql: "DESCRIBE HISTORY sec", refused: "DESCRIBE HISTORY" },
      { title: "details of a table", sql: "DESCRIBE DETAIL sec", refused: "DESCRIBE DETAIL" },
      { title: "properties", sql: "SHOW TBLPROPERTIES sec", refused: "SHOW TBLPROPERTIES" },
      { title: "partitions", sql: "SHOW PARTITIONS sec", refused: "SHOW PARTITIONS" },
      missing("system.access.audit"),
      missing("system.access.table_lineage"),
      missing("system.query.history"),
    ],
  },
];
