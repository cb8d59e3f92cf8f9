import { ADMIN, OFFICER, READER, STRANGER } from "../../../sql/setting.ts";
import type { Entry } from "../attack.ts";

const EU = [
  ["1", "ann", "***-1111"],
  ["3", "cyn", "***-3333"],
] as const;
const lending = "a view's own condition is no policy";
const own = "names no governed table";
const fitless = /\[ROW_COLUMN_ACCESS\.POLICY_FUNCTION_MISMATCH\]/;

/** Entries 45 to 55: whose rights count, and which policies. */
export const rights: readonly Entry[] = [
  {
    number: 45,
    name: "views",
    attacks: [
      { title: "lend access, and policies stay the reader's", sql: "SELECT * FROM v ORDER BY id", rows: EU },
      {
        title: "over views",
        sql: "SELECT * FROM vv ORDER BY name",
        rows: [
          ["ann", "***-1111"],
          ["cyn", "***-3333"],
        ],
      },
      {
        title: "show another reader other rows",
        by: OFFICER,
        sql: "SELECT id, ssn FROM v ORDER BY id",
        rows: [
          ["2", "222-22-2222"],
          ["4", "444-44-4444"],
        ],
      },
      {
        title: "over a table that their reader may not read",
        sql: "SELECT id FROM my_gold",
        rows: [["1"]],
        harmless: lending,
      },
      { title: "know their reader", by: OFFICER, sql: "SELECT id FROM my_gold", rows: [["2"]], harmless: lending },
      { title: "make that table no better known", sql: "SELECT id FROM lake.vault.gold", hidden: "lake.vault.gold" },
      { title: "keep the columns that they leave out", sql: "SELECT owner FROM my_gold", refused: "UNRESOLVED_COLUMN" },
      {
        title: "keep them by the table's name too",
        sql: "SELECT gold.owner FROM my_gold",
        refused: "UNRESOLVED_COLUMN",
      },
      {
        title: "are not replaced by who does not own them",
        setup: ["GRANT CREATE TABLE, CREATE FUNCTION ON SCHEMA lake.s TO `eve@x.org`"],
        sql: "CREATE OR REPLACE VIEW lake.s.v AS SELECT 1 AS id",
        error: /\[TABLE_OR_VIEW_ALREADY_EXISTS\]/,
      },
      {
        title: "lend nothing of a table that their owner may not read any more",
        setup: [
          "CREATE SCHEMA lake.fen",
          "CREATE TABLE lake.fen.lost (id INT)",
          "GRANT USE SCHEMA, SELECT ON SCHEMA lake.fen TO `eve@x.org`",
        ],
        before: [
          "CREATE OR REPLACE VIEW lake.desk.lost AS SELECT id FROM lake.fen.lost",
          "GRANT SELECT ON VIEW lake.desk.lost TO `sam@x.org`",
        ],
        sql: "SELECT count(*) FROM lake.desk.lost",
        rows: [["0"]],
        harmless: "the table holds no policy",
      },
      {
        title: "nor to whom they were granted",
        setup: [
          "REVOKE SELECT ON SCHEMA lake.fen FROM `eve@x.org`",
          "GRANT USE SCHEMA ON SCHEMA lake.desk TO `account users`",
        ],
        by: STRANGER,
        sql: "SELECT count(*) FROM lake.desk.lost",
        error: /\[(INSUFFICIENT_PERMISSIONS|TABLE_OR_VIEW_NOT_FOUND)\]/,
      },
    ],
  },
  {
    number: 46,
    name: "functions",
    attacks: [
      {
        title: "that give a table lend likewise",
        sql: "SELECT * FROM staff() ORDER BY id",
        rows: [
          ["1", "***-1111"],
          ["3", "***-3333"],
        ],
      },
      { title: "that give a value", sql: "SELECT ssn_of(1), ssn_of(2)", rows: [["***-1111", null]] },
      {
        title: "given a column",
        sql: "SELECT a, ssn_of(id) FROM t ORDER BY a",
        rows: [
          ["x", "***-1111"],
          ["y", null],
          ["z", null],
        ],
      },
      {
        title: "are lent what their caller may not read",
        sql: "SELECT gold_count()",
        rows: [["2"]],
        harmless: lending,
      },
      {
        title: "of functions",
        before: ["CREATE FUNCTION lake.desk.$copy(n INT) RETURNS STRING RETURN lake.s.ssn_of(n)"],
        sql: "SELECT lake.desk.$copy(1), lake.desk.$copy(2)",
        rows: [["***-1111", null]],
      },
      {
        title: "with a default that is a query",
        before: [
          "CREATE FUNCTION lake.desk.$copy(n BIGINT DEFAULT (SELECT count(*) FROM lake.s.sec)) RETURNS BIGINT RETURN n",
        ],
        sql: "SELECT lake.desk.$copy()",
        rows: [["2"]],
      },
      {
        title: "with a default of what their maker may not know",
        sql: "CREATE FUNCTION lake.desk.d(n BIGINT DEFAULT (SELECT count(*) FROM lake.vault.gold)) RETURNS BIGINT RETURN n",
        hidden: "lake.vault.gold",
      },
      {
        title: "are not replaced by who does not own them",
        sql: "CREATE OR REPLACE FUNCTION lake.s.ssn_of(who INT) RETURNS STRING RETURN 'x'",
        error: /\[ROUTINE_ALREADY_EXISTS\]/,
      },
      {
        title: "of others in a schema where one may make some are not replaced",
        setup: ["GRANT USE SCHEMA, CREATE FUNCTION ON SCHEMA lake.gov TO `sam@x.org`"],
        by: STRANGER,
        sql: "CREATE OR REPLACE FUNCTION lake.gov.by_region(r STRING) RETURNS BOOLEAN RETURN TRUE",
        error: /\[ROUTINE_ALREADY_EXISTS\]/,
      },
      {
        title: "without a right on them",
        sql: "SELECT lake.gov.mask_ssn('1')",
        error: /\[INSUFFICIENT_PERMISSIONS\]|does not exist/,
      },
    ],
  },
  {
    number: 47,
    name: "owners and administrators",
    attacks: [
      { title: "the metastore's administrator is filtered", by: ADMIN, sql: "SELECT count(*) FROM sec", rows: [["0"]] },
      {
        title: "whoever may manage a table is filtered and masked",
        setup: ["GRANT MANAGE, SELECT ON TABLE lake.s.sec TO `sam@x.org`"],
        by: STRANGER,
        sql: "SELECT count(*) FROM sec",
        rows: [["0"]],
      },
      {
        title: "a table's owner is masked",
        setup: [
          "CREATE TABLE lake.s.owned (id INT, ssn STRING)",
          "INSERT INTO lake.s.owned VALUES (1, '111-11-1111')",
          "ALTER TABLE lake.s.owned ALTER COLUMN ssn SET MASK lake.gov.mask_ssn",
          "ALTER TABLE lake.s.owned OWNER TO `eve@x.org`",
        ],
        sql: "SELECT ssn FROM owned",
        rows: [["***-1111"]],
      },
      { title: "a view's owner is filtered", by: ADMIN, sql: "SELECT count(*) FROM v", rows: [["0"]] },
    ],
  },
  {
    number: 48,
    name: "policies that lead back to themselves",
    attacks: [
      { title: "a filter that reads its own table", sql: "SELECT * FROM loop", error: /recursive/i },
      { title: "two filters that read each other's table", sql: "SELECT * FROM ping", error: /recursive/i },
      {
        title: "a filter that reads a view of its table",
        setup: [
          "CREATE TABLE lake.s.knot (id INT)",
          "INSERT INTO lake.s.knot VALUES (1), (2)",
          "CREATE VIEW lake.s.knot_view AS SELECT id FROM lake.s.knot",
          "CREATE FUNCTION lake.gov.by_knot(i INT) RETURNS BOOLEAN RETURN i IN (SELECT id FROM lake.s.knot_view)",
          "ALTER TABLE lake.s.knot SET ROW FILTER lake.gov.by_knot ON (id)",
        ],
        sql: "SELECT * FROM knot",
        error: /recursive/i,
      },
      { title: "the view of it", sql: "SELECT * FROM knot_view", error: /recursive/i },
      { title: "a count", sql: "SELECT count(*) FROM knot", error: /recursive/i },
    ],
  },
  {
    number: 49,
    name: "a policy's look-up that is governed itself",
    attacks: [
      { title: "is governed for the subject", sql: "SELECT id FROM badge ORDER BY id", rows: [["1"], ["3"]] },
      { title: "and for another", by: OFFICER, sql: "SELECT id FROM badge ORDER BY id", rows: [["2"]] },
      {
        title: "beside the look-up's own table",
        sql: "SELECT badge.id FROM badge JOIN sec ON badge.id = sec.id ORDER BY 1",
        rows: [["1"], ["3"]],
      },
      {
        title: "with a function that may fail",
        sql: "SELECT count(*) FROM badge WHERE 1 / (id - 2) < 9",
        rows: [["2"]],
      },
    ],
  },
  {
    number: 50,
    name: "a mask over another masked column",
    attacks: [
      {
        title: "sees the original",
        sql: "SELECT count(*) FROM sec WHERE salary = 900 OR salary = 1000",
        rows: [["1"]],
      },
      { title: "for each row", sql: "SELECT salary FROM sec ORDER BY id", rows: [["900"], [null]] },
      {
        title: "also when that column is not asked for",
        sql: "SELECT max(salary), count(salary) FROM sec",
        rows: [["900", "1"]],
      },
      {
        title: "under a view",
        before: ["CREATE VIEW lake.desk.$copy AS SELECT salary FROM sec"],
        sql: "SELECT max(salary) FROM lake.desk.$copy",
        rows: [["900"]],
      },
    ],
  },
  {
    number: 51,
    name: "another's identity",
    attacks: [
      {
        title: "a quote in a group's name is part of the name",
        sql: "SELECT is_account_group_member('x'' or ''1')",
        rows: [["false"]],
        harmless: own,
      },
      {
        title: "current_user is the subject",
        sql: "SELECT current_user(), session_user()",
        rows: [[READER, READER]],
        harmless: own,
      },
      {
        title: "a group from a column",
        sql: "SELECT g FROM (VALUES ('hr'), ('account users')) AS x(g) WHERE is_account_group_member(g)",
        rows: [["account users"]],
        harmless: own,
      },
      {
        title: "a group from a parameter",
        sql: "SELECT is_account_group_member(:g)",
        request: { parameters: [{ name: "g", value: "hr" }] },
        rows: [["false"]],
        harmless: own,
      },
      {
        title: "a NULL for a group",
        sql: "SELECT coalesce(is_account_group_member(CAST(NULL AS STRING)), FALSE)",
        rows: [["false"]],
        harmless: own,
      },
      { title: "a variable", sql: "SET VARIABLE groups = array('admins')", refused: "SET" },
      { title: "a role", sql: "SET ROLE admins", refused: "SET" },
      { title: "a session's authorisation", sql: "SET SESSION AUTHORIZATION admins", refused: "SET" },
      { title: "a setting", sql: "SELECT set_config('request.jwt.claims', '{}', true)", refused: "set_config" },
      {
        title: "a column named like the function",
        sql: "SELECT id FROM (SELECT id, 'hugo@x.org' AS current_user FROM sec) AS q ORDER BY id",
        rows: [["1"], ["3"]],
      },
    ],
  },
  {
    number: 52,
    name: "what was true before",
    attacks: [
      {
        title: "a grant that is taken back holds no longer",
        setup: [
          "CREATE SCHEMA lake.brief",
          "CREATE TABLE lake.brief.was (id INT)",
          "GRANT USE SCHEMA, SELECT ON SCHEMA lake.brief TO `eve@x.org`",
        ],
        sql: "SELECT count(*) FROM lake.brief.was",
        rows: [["0"]],
        harmless: "the table holds no policy",
      },
      {
        title: "at once",
        setup: ["REVOKE SELECT, USE SCHEMA ON SCHEMA lake.brief FROM `eve@x.org`"],
        sql: "SELECT count(*) FROM lake.brief.was",
        hidden: "lake.brief.was",
      },
      {
        title: "a filter that is set holds at once",
        setup: [
          "CREATE TABLE lake.s.late (id INT, region STRING)",
          "INSERT INTO lake.s.late VALUES (1, 'eu'), (2, 'us')",
          "ALTER TABLE lake.s.late SET ROW FILTER lake.gov.by_region ON (region)",
        ],
        sql: "SELECT id FROM late",
        rows: [["1"]],
      },
      {
        title: "a look-up that changes counts at once",
        setup: ["INSERT INTO lake.gov.region_map VALUES ('sam@x.org', 'us')"],
        by: STRANGER,
        sql: "SELECT id FROM late",
        rows: [["2"]],
      },
      { title: "one subject's result is not another's", by: OFFICER, sql: "SELECT id FROM late", rows: [["2"]] },
    ],
  },
  {
    number: 53,
    name: "policies that exclude each other",
    attacks: [
      {
        title: "a second policy by tags",
        sql: "CREATE POLICY p ON SCHEMA s ROW FILTER lake.gov.by_region TO eve FOR TABLES",
        error: /User does not have ownership of SCHEMA 'lake\.s' or a parent or MANAGE/,
      },
      {
        title: "a second mask of one column",
        sql: "CREATE TABLE lake.desk.two (a STRING MASK lake.gov.mask_ssn MASK lake.gov.mask_ssn)",
        refused: "MASK",
      },
      {
        title: "another filter takes the first one's place, for every column",
        setup: [
          "CREATE TABLE lake.s.twofold (id INT, region STRING)",
          "INSERT INTO lake.s.twofold VALUES (1, 'eu'), (2, 'us')",
          "ALTER TABLE lake.s.twofold SET ROW FILTER lake.gov.by_region ON (region)",
          "ALTER TABLE lake.s.twofold SET ROW FILTER lake.gov.hr_only ON ()",
        ],
        sql: "SELECT count(*) FROM twofold",
        rows: [["0"]],
      },
      {
        title: "a policy on a view",
        setup: ["CREATE VIEW lake.s.unfit AS SELECT id, region FROM lake.s.sec"],
        by: ADMIN,
        sql: "ALTER TABLE lake.s.unfit SET ROW FILTER lake.gov.by_region ON (region)",
        error: /\[EXPECT_TABLE_NOT_VIEW\]/,
      },
    ],
  },
  {
    number: 54,
    name: "a policy's function that changes",
    attacks: [
      {
        title: "is not dropped while it is in use",
        by: ADMIN,
        sql: "DROP FUNCTION lake.gov.by_region",
        error: /rests on this/,
      },
      { title: "nor with its schema", by: ADMIN, sql: "DROP SCHEMA lake.gov CASCADE", error: /rests on this/ },
      {
        title: "and takes more than it is given shows nothing",
        setup: [
          "CREATE TABLE lake.s.shifting (id INT, code STRING)",
          "INSERT INTO lake.s.shifting VALUES (1, 'a')",
          "CREATE FUNCTION lake.gov.shifting(i INT) RETURNS BOOLEAN RETURN i > 0",
          "ALTER TABLE lake.s.shifting SET ROW FILTER lake.gov.shifting ON (id)",
          "CREATE OR REPLACE FUNCTION lake.gov.shifting(i INT, j INT) RETURNS BOOLEAN RETURN i > j",
        ],
        sql: "SELECT * FROM shifting",
        error: fitless,
      },
      {
        title: "and gives a table shows nothing",
        setup: ["CREATE OR REPLACE FUNCTION lake.gov.shifting(i INT) RETURNS TABLE (x INT) RETURN SELECT i"],
        sql: "SELECT * FROM shifting",
        error: fitless,
      },
      {
        title: "and takes less than it is given shows nothing",
        setup: ["CREATE OR REPLACE FUNCTION lake.gov.shifting() RETURNS BOOLEAN RETURN TRUE"],
        sql: "SELECT * FROM shifting",
        error: fitless,
      },
      {
        title: "and gives no truth value shows nothing",
        setup: ["CREATE OR REPLACE FUNCTION lake.gov.shifting(i INT) RETURNS STRING RETURN 'maybe'"],
        sql: "SELECT * FROM shifting",
        error: /\[/,
      },
      {
        title: "whose look-up is gone shows nothing",
        setup: [
          "CREATE TABLE lake.gov.fleeting (id INT)",
          "CREATE OR REPLACE FUNCTION lake.gov.shifting(i INT) RETURNS BOOLEAN RETURN i IN (SELECT id FROM lake.gov.fleeting)",
          "DROP TABLE lake.gov.fleeting",
        ],
        sql: "SELECT * FROM shifting",
        refused: "does not exist",
      },
      {
        title: "whose owner may not read its look-up shows nothing",
        setup: [
          "CREATE TABLE lake.gov.fleeting (id INT)",
          "INSERT INTO lake.gov.fleeting VALUES (1)",
          "ALTER FUNCTION lake.gov.shifting OWNER TO `sam@x.org`",
        ],
        sql: "SELECT * FROM shifting",
        error: /\[(INSUFFICIENT_PERMISSIONS|TABLE_OR_VIEW_NOT_FOUND)\]/,
      },
    ],
  },
  {
    number: 55,
    name: "a policy that matches no column",
    attacks: [
      {
        title: "a filter on a column that is not there",
        by: ADMIN,
        sql: "ALTER TABLE sec SET ROW FILTER lake.gov.by_region ON (nope)",
        error: /UNRESOLVED_COLUMN/,
      },
      {
        title: "a mask on a column that is not there",
        by: ADMIN,
        sql: "ALTER TABLE sec ALTER COLUMN nope SET MASK lake.gov.mask_ssn",
        error: /UNRESOLVED_COLUMN/,
      },
      {
        title: "a mask that uses a column that is not there",
        by: ADMIN,
        sql: "ALTER TABLE sec ALTER COLUMN ssn SET MASK lake.gov.mask_pay USING COLUMNS (nope)",
        error: /UNRESOLVED_COLUMN/,
      },
      {
        title: "columns matched by tags",
        sql: "CREATE POLICY m ON SCHEMA s COLUMN MASK g TO a FOR TABLES MATCH COLUMNS has_tag('pii') AS c ON COLUMN c",
        error: /User does not have ownership of SCHEMA 'lake\.s' or a parent or MANAGE/,
      },
    ],
  },
];
