import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "#wire/errors.ts";
import { parseStatement } from "../parse/mod.ts";
import { isRead, refuseWrites } from "./reads.ts";

const reading: readonly string[] = [
  "SELECT 1",
  "WITH a AS (SELECT 1 AS x) SELECT * FROM a",
  "(SELECT 1) UNION ALL (VALUES (2))",
  "VALUES (1)",
  "TABLE t",
  "SELECT 'INSERT INTO t VALUES (1)' AS insert_text /* DROP TABLE t */ -- CREATE TABLE t (a INT)",
  "SHOW TABLES IN c.s",
  "SHOW GRANTS ON TABLE t",
  "DESCRIBE TABLE EXTENDED t",
  "EXPLAIN SELECT 1",
  "EXPLAIN GOVERNANCE SELECT 1",
  "EXPLAIN GOVERNANCE AS 'a@x.org' WITH a AS (SELECT 1 AS x) SELECT * FROM a",
];

const writing: readonly string[] = [
  "INSERT INTO t VALUES (1)",
  "/* SELECT 1 */ INSERT INTO t SELECT 1",
  "-- SELECT\nDROP TABLE t",
  "INSERT INTO t WITH a AS (SELECT 1) SELECT * FROM a",
  "CREATE TABLE t AS SELECT 1 AS a",
  "CREATE OR REPLACE TABLE t (a INT)",
  "CREATE VIEW v AS SELECT 1 AS a",
  "CREATE FUNCTION f() RETURNS INT RETURN 1",
  "CREATE CATALOG c",
  "CREATE SCHEMA s",
  "DROP SCHEMA s CASCADE",
  "ALTER TABLE t OWNER TO `a@x.org`",
  "ALTER TABLE t SET ROW FILTER f ON (a)",
  "ALTER TABLE t DROP ROW FILTER",
  "ALTER TABLE t ALTER COLUMN a DROP MASK",
  "GRANT SELECT ON TABLE t TO `a@x.org`",
  "REVOKE SELECT ON TABLE t FROM `a@x.org`",
  "USE CATALOG c",
  "USE SCHEMA s",
  "EXPLAIN INSERT INTO t VALUES (1)",
  "EXPLAIN EXTENDED EXPLAIN CREATE TABLE t AS SELECT 1 AS a",
];

describe("reads", () => {
  it("are queries, SHOW, DESCRIBE, and the explanation of one", () => {
    for (const text of reading) assert.equal(isRead(parseStatement(text)), true, text);
  });

  it("are nothing else, whatever comments, common tables or EXPLAIN stand around it", () => {
    for (const text of writing) assert.equal(isRead(parseStatement(text)), false, text);
  });

  it("are told from writes with SQLSTATE 25006", () => {
    const refused = (thrown: unknown) =>
      thrown instanceof Fault && thrown.options.reason === "READ_ONLY" && thrown.options.sqlstate === "25006";
    for (const text of writing) assert.throws(() => refuseWrites(parseStatement(text)), refused, text);
    for (const text of reading) refuseWrites(parseStatement(text));
  });
});
