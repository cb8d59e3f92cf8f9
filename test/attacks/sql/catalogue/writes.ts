import { OFFICER } from "../../../sql/setting.ts";
import type { Entry } from "../attack.ts";

const COPIED = [
  ["1", "***-1111", "900"],
  ["3", "***-3333", null],
] as const;

/** Entries 32 to 37, and 58 to 61: what is written, and what writing tells. */
export const writes: readonly Entry[] = [
  {
    number: 32,
    name: "bodies of definitions",
    attacks: [
      {
        title: "a table made of a query holds what its maker saw",
        before: ["CREATE TABLE lake.desk.$copy AS SELECT id, ssn, salary FROM sec"],
        sql: "SELECT * FROM lake.desk.$copy ORDER BY id",
        rows: COPIED,
      },
      {
        title: "a view shows its maker no more than the table did",
        before: ["CREATE VIEW lake.desk.$copy AS SELECT id, ssn, salary FROM sec"],
        sql: "SELECT * FROM lake.desk.$copy ORDER BY id",
        rows: COPIED,
      },
      {
        title: "a table function likewise",
        before: [
          "CREATE FUNCTION lake.desk.$copy() RETURNS TABLE (id INT, ssn STRING, salary INT) RETURN SELECT id, ssn, salary FROM sec",
        ],
        sql: "SELECT * FROM lake.desk.$copy() ORDER BY id",
        rows: COPIED,
      },
      {
        title: "a scalar function likewise",
        before: ["CREATE FUNCTION lake.desk.$copy() RETURNS BIGINT RETURN (SELECT count(*) FROM sec)"],
        sql: "SELECT lake.desk.$copy()",
        rows: [["2"]],
      },
      {
        title: "a view over what its maker may not read",
        sql: "CREATE VIEW lake.desk.stolen AS SELECT * FROM lake.vault.gold",
        refused: "does not exist",
      },
      { title: "a macro", sql: "CREATE MACRO m() AS TABLE FROM sec", refused: "CREATE MACRO" },
      { title: "an enumeration", sql: "CREATE TYPE e AS ENUM (SELECT ssn FROM sec)", refused: "CREATE TYPE" },
      {
        title: "a default",
        sql: "CREATE TABLE lake.desk.d (a INT DEFAULT (SELECT max(salary) FROM sec))",
        refused: "DEFAULT",
      },
      {
        title: "a check",
        sql: "CREATE TABLE lake.desk.d (a INT, CHECK (a IN (SELECT id FROM sec)))",
        refused: "CHECK",
      },
      {
        title: "a generated column",
        sql: "CREATE TABLE lake.desk.d (a INT GENERATED ALWAYS AS (b))",
        refused: "GENERATED",
      },
      {
        title: "a materialised view",
        sql: "CREATE MATERIALIZED VIEW lake.desk.m AS SELECT * FROM sec",
        refused: "CREATE MATERIALIZED VIEW",
      },
      { title: "an index", sql: "CREATE INDEX i ON sec (ssn)", refused: "CREATE INDEX" },
    ],
  },
  {
    number: 33,
    name: "INSERT",
    attacks: [
      {
        title: "of a query",
        before: [
          "CREATE TABLE lake.desk.$copy (id INT, ssn STRING, salary INT)",
          "INSERT INTO lake.desk.$copy SELECT id, ssn, salary FROM sec",
        ],
        sql: "SELECT * FROM lake.desk.$copy ORDER BY id",
        rows: COPIED,
      },
      {
        title: "with a common table of the table's name",
        before: [
          "CREATE TABLE lake.desk.$copy (id INT)",
          "INSERT INTO lake.desk.$copy WITH sec AS (SELECT id FROM sec) SELECT id FROM sec",
        ],
        sql: "SELECT count(*) FROM lake.desk.$copy",
        rows: [["2"]],
      },
      {
        title: "tells the number of rows that its writer saw",
        before: ["CREATE TABLE lake.desk.$copy (id INT)"],
        sql: "INSERT INTO lake.desk.$copy SELECT id FROM sec",
        rows: [["2", "2"]],
      },
      {
        title: "into what one may not know",
        sql: "INSERT INTO lake.vault.gold SELECT id, ssn FROM sec",
        hidden: "lake.vault.gold",
      },
    ],
  },
  {
    number: 34,
    name: "MERGE",
    attacks: [
      {
        title: "from a governed table",
        sql: "MERGE INTO t USING sec ON t.id = sec.id WHEN MATCHED THEN DELETE",
        refused: "MERGE",
      },
      {
        title: "into one",
        sql: "MERGE INTO sec USING t ON t.id = sec.id WHEN NOT MATCHED BY SOURCE THEN DELETE",
        refused: "MERGE",
      },
      {
        title: "of all columns",
        sql: "MERGE INTO t USING sec ON t.id = sec.id WHEN MATCHED THEN UPDATE SET *",
        refused: "MERGE",
      },
    ],
  },
  {
    number: 35,
    name: "UPDATE",
    attacks: [
      { title: "with a subquery", sql: "UPDATE t SET a = (SELECT max(ssn) FROM sec)", refused: "UPDATE" },
      { title: "of a governed table", sql: "UPDATE sec SET name = ssn", refused: "UPDATE" },
      { title: "from one", sql: "UPDATE t SET a = sec.ssn FROM sec WHERE sec.id = t.id", refused: "UPDATE" },
    ],
  },
  {
    number: 36,
    name: "DELETE",
    attacks: [
      { title: "with a subquery", sql: "DELETE FROM t WHERE id IN (SELECT id FROM sec)", refused: "DELETE" },
      { title: "using", sql: "DELETE FROM t USING sec WHERE sec.id = t.id", refused: "DELETE" },
      { title: "of hidden rows", sql: "DELETE FROM sec WHERE salary = 5000", refused: "DELETE" },
      { title: "of all rows", sql: "TRUNCATE TABLE sec", refused: "TRUNCATE" },
    ],
  },
  {
    number: 37,
    name: "copies out",
    attacks: [
      { title: "COPY of a query", sql: "COPY (SELECT * FROM sec) TO '/tmp/x'", refused: "COPY" },
      { title: "COPY of a table", sql: "COPY sec TO 'x.parquet'", refused: "COPY" },
      { title: "COPY INTO", sql: "COPY INTO t FROM '/wh/sec'", refused: "COPY" },
      { title: "EXPORT DATABASE", sql: "EXPORT DATABASE '/tmp/x'", refused: "EXPORT DATABASE" },
      {
        title: "INSERT OVERWRITE DIRECTORY",
        sql: "INSERT OVERWRITE DIRECTORY '/tmp/x' SELECT * FROM sec",
        refused: "INSERT OVERWRITE",
      },
    ],
  },
  {
    number: 58,
    name: "a constraint as an oracle",
    attacks: [
      { title: "a unique column", sql: "CREATE TABLE lake.desk.d (a INT UNIQUE)", refused: "UNIQUE" },
      { title: "a key that is enforced", sql: "CREATE TABLE lake.desk.d (a INT PRIMARY KEY)", refused: "PRIMARY" },
      { title: "a reference", sql: "CREATE TABLE lake.desk.d (a INT REFERENCES sec (id))", refused: "REFERENCES" },
      {
        title: "ON CONFLICT",
        sql: "INSERT INTO t VALUES (2, 'b') ON CONFLICT DO NOTHING",
        refused: "ON CONFLICT",
      },
      { title: "INSERT OR IGNORE", sql: "INSERT OR IGNORE INTO t VALUES (2, 'b')", refused: "INSERT OR" },
      { title: "a sequence", sql: "CREATE SEQUENCE q", refused: "CREATE SEQUENCE" },
      { title: "a sequence's next value", sql: "SELECT nextval('q')", refused: "nextval" },
    ],
  },
  {
    number: 59,
    name: "RETURNING",
    attacks: [
      { title: "of an INSERT", sql: "INSERT INTO t VALUES (9, 'q') RETURNING *", refused: "RETURNING" },
      { title: "of an UPDATE", sql: "UPDATE sec SET name = name WHERE id = 2 RETURNING *", refused: "UPDATE" },
      { title: "of a DELETE", sql: "DELETE FROM sec WHERE id = 2 RETURNING ssn", refused: "DELETE" },
    ],
  },
  {
    number: 60,
    name: "laundering through the table itself",
    attacks: [
      { title: "a column that shows another", sql: "ALTER TABLE sec ADD COLUMN z STRING", refused: "ADD" },
      {
        title: "a change of type that computes",
        sql: "ALTER TABLE sec ALTER COLUMN name TYPE STRING USING ssn",
        refused: "ALTER COLUMN",
      },
      { title: "another name", sql: "ALTER TABLE sec RENAME COLUMN ssn TO name2", refused: "RENAME" },
      { title: "a column less", sql: "ALTER TABLE sec DROP COLUMN region", refused: "DROP COLUMN" },
      {
        title: "its replacement",
        sql: "CREATE OR REPLACE TABLE lake.s.sec AS SELECT 1 AS id",
        refused: "CREATE OR REPLACE TABLE",
      },
    ],
  },
  {
    number: 61,
    name: "writing outside one's own filter",
    attacks: [
      {
        title: "shows nothing of what was written",
        setup: [
          "CREATE TABLE lake.s.inbox (id INT, region STRING)",
          "ALTER TABLE lake.s.inbox SET ROW FILTER lake.gov.by_region ON (region)",
          "GRANT MODIFY ON TABLE lake.s.inbox TO `account users`",
        ],
        before: ["INSERT INTO inbox VALUES (1, 'us'), (2, 'eu')"],
        sql: "SELECT DISTINCT id FROM inbox ORDER BY id",
        rows: [["2"]],
      },
      {
        title: "is seen by whom the filter lets see it",
        by: OFFICER,
        sql: "SELECT DISTINCT id FROM inbox ORDER BY id",
        rows: [["1"]],
      },
      {
        title: "by MERGE",
        sql: "MERGE INTO inbox USING t ON inbox.id = t.id WHEN NOT MATCHED THEN INSERT *",
        refused: "MERGE",
      },
    ],
  },
];
