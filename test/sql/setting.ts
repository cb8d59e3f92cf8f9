/** The small organisation of the SQL tests: a governed table `sec`, open tables beside it, and what lends access to them. */
export const ADMIN = "ada@x.org";
export const READER = "eve@x.org";
export const OFFICER = "hugo@x.org";
export const STRANGER = "sam@x.org";

/** Statements that build it, run as the administrator, in order. */
export const setting: readonly string[] = [
  "CREATE CATALOG lake",
  "CREATE SCHEMA lake.s",
  "CREATE SCHEMA lake.gov",
  "CREATE SCHEMA lake.desk",
  "CREATE TABLE lake.s.sec (id INT, name STRING, region STRING, ssn STRING, salary INT)",
  `INSERT INTO lake.s.sec VALUES (1, 'ann', 'eu', '111-11-1111', 900), (2, 'bob', 'us', '222-22-2222', 950),
     (3, 'cyn', 'eu', '333-33-3333', 1000), (4, 'dan', 'us', '444-44-4444', 5000), (5, 'nil', NULL, '555-55-5555', 1)`,
  "CREATE TABLE lake.s.t (id INT, a STRING)",
  "INSERT INTO lake.s.t VALUES (1, 'x'), (2, 'y'), (6, 'z')",
  "CREATE TABLE lake.s.u (a STRING, n INT)",
  "INSERT INTO lake.s.u VALUES ('x', 10), ('y', 20)",
  "CREATE TABLE lake.s.guesses (g STRING)",
  "INSERT INTO lake.s.guesses VALUES ('111-11-1111'), ('***-1111')",
  "CREATE TABLE lake.gov.region_map (u STRING, region STRING)",
  `INSERT INTO lake.gov.region_map VALUES ('${READER}', 'eu'), ('${OFFICER}', 'us')`,
  `CREATE FUNCTION lake.gov.by_region(r STRING) RETURNS BOOLEAN
     RETURN EXISTS (SELECT 1 FROM lake.gov.region_map AS m WHERE m.u = current_user() AND m.region = r)`,
  `CREATE FUNCTION lake.gov.mask_ssn(s STRING) RETURNS STRING
     RETURN CASE WHEN is_account_group_member('hr') THEN s ELSE concat('***-', right(s, 4)) END`,
  `CREATE FUNCTION lake.gov.mask_pay(p INT, key STRING) RETURNS INT
     RETURN CASE WHEN key = '111-11-1111' THEN p ELSE NULL END`,
  "ALTER TABLE lake.s.sec SET ROW FILTER lake.gov.by_region ON (region)",
  "ALTER TABLE lake.s.sec ALTER COLUMN ssn SET MASK lake.gov.mask_ssn",
  "ALTER TABLE lake.s.sec ALTER COLUMN salary SET MASK lake.gov.mask_pay USING COLUMNS (ssn)",
  "CREATE VIEW lake.s.v AS SELECT id, name, ssn FROM lake.s.sec",
  "CREATE VIEW lake.s.vv AS SELECT name, ssn FROM lake.s.v WHERE id > 0",
  "CREATE FUNCTION lake.s.staff() RETURNS TABLE (id INT, ssn STRING) RETURN SELECT id, ssn FROM lake.s.sec",
  "CREATE FUNCTION lake.s.ssn_of(who INT) RETURNS STRING RETURN (SELECT max(ssn) FROM lake.s.sec WHERE id = who)",
  "CREATE FUNCTION lake.s.twice(n INT) RETURNS INT RETURN n * 2",
  "CREATE FUNCTION lake.s.bumped(n INT) RETURNS ARRAY<INT> RETURN transform(array(1, 2), x -> x + n)",
  "CREATE FUNCTION lake.s.doubles(n INT) RETURNS TABLE (doubled INT) RETURN SELECT n * 2",
  "CREATE FUNCTION lake.s.shadow(id INT) RETURNS INT RETURN (SELECT max(id) FROM lake.s.t)",
  // Entered only through what lends it: the reader has no right on this schema's tables.
  "CREATE SCHEMA lake.vault",
  "CREATE TABLE lake.vault.gold (id INT, owner STRING)",
  `INSERT INTO lake.vault.gold VALUES (1, '${READER}'), (2, '${OFFICER}')`,
  "CREATE VIEW lake.s.my_gold AS SELECT id FROM lake.vault.gold WHERE owner = current_user()",
  "CREATE FUNCTION lake.s.gold_count() RETURNS BIGINT RETURN (SELECT count(*) FROM lake.vault.gold)",
  // Recursion of policies.
  "CREATE TABLE lake.s.loop (id INT)",
  "CREATE FUNCTION lake.gov.self_filter(i INT) RETURNS BOOLEAN RETURN i IN (SELECT id FROM lake.s.loop)",
  "ALTER TABLE lake.s.loop SET ROW FILTER lake.gov.self_filter ON (id)",
  "CREATE TABLE lake.s.ping (id INT)",
  "CREATE TABLE lake.s.pong (id INT)",
  "CREATE FUNCTION lake.gov.to_pong(i INT) RETURNS BOOLEAN RETURN i IN (SELECT id FROM lake.s.pong)",
  "CREATE FUNCTION lake.gov.to_ping(i INT) RETURNS BOOLEAN RETURN i IN (SELECT id FROM lake.s.ping)",
  "ALTER TABLE lake.s.ping SET ROW FILTER lake.gov.to_pong ON (id)",
  "ALTER TABLE lake.s.pong SET ROW FILTER lake.gov.to_ping ON (id)",
  // A filter without arguments, and one whose lookup is governed itself.
  "CREATE TABLE lake.s.night (id INT)",
  "INSERT INTO lake.s.night VALUES (1), (2)",
  "CREATE FUNCTION lake.gov.hr_only() RETURNS BOOLEAN RETURN is_account_group_member('hr')",
  "ALTER TABLE lake.s.night SET ROW FILTER lake.gov.hr_only ON ()",
  "CREATE TABLE lake.s.badge (id INT)",
  "INSERT INTO lake.s.badge VALUES (1), (2), (3)",
  "CREATE FUNCTION lake.gov.seen_staff(i INT) RETURNS BOOLEAN RETURN i IN (SELECT id FROM lake.s.sec)",
  "ALTER TABLE lake.s.badge SET ROW FILTER lake.gov.seen_staff ON (id)",
  "GRANT USE CATALOG ON CATALOG lake TO `account users`",
  "GRANT USE SCHEMA ON SCHEMA lake.s TO `account users`",
  "GRANT SELECT ON SCHEMA lake.s TO `account users`",
  "GRANT EXECUTE ON SCHEMA lake.s TO `account users`",
  `GRANT USE SCHEMA, CREATE TABLE, CREATE FUNCTION ON SCHEMA lake.desk TO \`${READER}\``,
];
