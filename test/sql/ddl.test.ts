import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ADMIN, OFFICER, READER, STRANGER, setting } from "./setting.ts";
import { type SqlWorld, sqlWorld } from "./world.ts";

describe("statements that change what there is", () => {
  let world: SqlWorld;
  before(async () => {
    world = await sqlWorld();
    for (const each of setting) await world.must(ADMIN, each);
  });
  after(() => world[Symbol.asyncDispose]());

  it("32 a table made from a query holds what its maker saw", async () => {
    await world.must(READER, "CREATE TABLE lake.desk.copy AS SELECT id, ssn, salary FROM sec");
    const { rows } = await world.must(READER, "SELECT * FROM lake.desk.copy ORDER BY id");
    assert.deepEqual(rows, [
      ["1", "***-1111", "900"],
      ["3", "***-3333", null],
    ]);
  });

  it("a table whose name is taken when it is there to be made leaves no file behind", async () => {
    const files = (): number =>
      readdirSync(join(world.data_dir, "tables"), { recursive: true }).filter((name) => `${name}`.endsWith(".parquet"))
        .length;
    const earlier = files();
    const { error } = await world.run(READER, "CREATE TABLE lake.desk.copy AS SELECT 1 AS id");
    assert.match(error!, /ALREADY_EXISTS/);
    assert.equal(files(), earlier);
  });

  it("33 an INSERT from a governed table carries what its writer saw", async () => {
    await world.must(READER, "CREATE TABLE lake.desk.mine (id BIGINT, note STRING NOT NULL)");
    const { rows } = await world.must(READER, "INSERT INTO lake.desk.mine (note, id) SELECT ssn, id FROM sec");
    assert.deepEqual(rows, [["2", "2"]]);
    assert.deepEqual((await world.must(READER, "SELECT note FROM lake.desk.mine ORDER BY id")).rows, [
      ["***-1111"],
      ["***-3333"],
    ]);
  });

  it("a NULL for a NOT NULL column writes nothing", async () => {
    const { error } = await world.run(READER, "INSERT INTO lake.desk.mine VALUES (9, NULL)");
    assert.match(error!, /NOT_NULL_CONSTRAINT/);
    assert.deepEqual((await world.must(READER, "SELECT count(*) FROM lake.desk.mine WHERE id = 9")).rows, [["0"]]);
  });

  it("a text is not stored as a number, and a wrong width is named", async () => {
    assert.match(
      (await world.run(READER, "INSERT INTO lake.desk.mine VALUES ('a', 'b')")).error!,
      /CANNOT_SAFELY_CAST/,
    );
    assert.match((await world.run(READER, "INSERT INTO lake.desk.mine VALUES (1)")).error!, /ARITY_MISMATCH/);
  });

  it("a write without MODIFY is refused, into a hidden table as missing", async () => {
    assert.match((await world.run(READER, "INSERT INTO t VALUES (7, 'q')")).error!, /INSUFFICIENT_PERMISSIONS/);
    assert.match(
      (await world.run(STRANGER, "INSERT INTO lake.desk.mine VALUES (1, 'q')")).error!,
      /TABLE_OR_VIEW_NOT_FOUND/,
    );
  });

  it("32 a view over a governed table shows each reader their own rows", async () => {
    await world.must(READER, "CREATE VIEW lake.desk.shared AS SELECT id, ssn FROM sec");
    await world.must(READER, "GRANT SELECT ON VIEW lake.desk.shared TO `account users`");
    await world.must(ADMIN, "GRANT USE SCHEMA ON SCHEMA lake.desk TO `account users`");
    const { rows } = await world.must(OFFICER, "SELECT * FROM lake.desk.shared ORDER BY id");
    assert.deepEqual(rows, [
      ["2", "222-22-2222"],
      ["4", "444-44-4444"],
    ]);
  });

  it("a view over what its maker may not read is not made", async () => {
    assert.match(
      (await world.run(READER, "CREATE VIEW lake.desk.g AS SELECT * FROM lake.vault.gold")).error!,
      /NOT_FOUND/,
    );
  });

  it("a view lends only while its owner may read", async () => {
    await world.must(ADMIN, "REVOKE SELECT ON SCHEMA lake.s FROM `account users`");
    await world.must(ADMIN, `GRANT SELECT ON SCHEMA lake.s TO \`${OFFICER}\``);
    assert.match((await world.run(OFFICER, "SELECT * FROM lake.desk.shared")).error!, /NOT_FOUND|INSUFFICIENT/);
    await world.must(ADMIN, "GRANT SELECT ON SCHEMA lake.s TO `account users`");
  });

  it("a function whose body cannot run is not made", async () => {
    assert.match(
      (await world.run(READER, "CREATE FUNCTION lake.desk.f(a INT) RETURNS INT RETURN b + 1")).error!,
      /UNRESOLVED_COLUMN/,
    );
    await world.must(READER, "CREATE FUNCTION lake.desk.f(a INT, b INT DEFAULT 10) RETURN a + b");
    assert.deepEqual((await world.must(READER, "SELECT lake.desk.f(1), lake.desk.f(b => 2, a => 1)")).rows, [
      ["11", "3"],
    ]);
  });

  it("a table function takes a limit as its argument", async () => {
    await world.must(
      READER,
      "CREATE FUNCTION lake.desk.top(n INT) RETURNS TABLE (a STRING) RETURN SELECT a FROM t ORDER BY a DESC LIMIT n",
    );
    assert.deepEqual((await world.must(READER, "SELECT * FROM lake.desk.top(2)")).rows.length, 2);
  });

  it("a function of a function, and one that would call itself", async () => {
    await world.must(READER, "CREATE FUNCTION lake.desk.g(a INT) RETURNS INT RETURN lake.desk.f(a) * 2");
    assert.deepEqual((await world.must(READER, "SELECT lake.desk.g(1)")).rows, [["22"]]);
    await world.run(
      READER,
      "CREATE OR REPLACE FUNCTION lake.desk.f(a INT, b INT DEFAULT 10) RETURNS INT RETURN lake.desk.g(a)",
    );
    assert.match((await world.run(READER, "SELECT lake.desk.g(1)")).error ?? "no error", /recursive/);
  });

  it("views that double at each step are refused before they are planned", async () => {
    await world.must(READER, "CREATE VIEW lake.desk.d0 AS SELECT id FROM t WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8)");
    let error: string | undefined;
    for (let step = 1; step <= 15 && error === undefined; step += 1) {
      const below = `lake.desk.d${step - 1}`;
      const text = `CREATE VIEW lake.desk.d${step} AS SELECT a.id FROM ${below} AS a JOIN ${below} AS b ON a.id = b.id`;
      if (step < 15) error = (await world.run(READER, text, { wait_timeout: "50s" })).error;
      else error = (await world.run(READER, text)).error;
    }
    assert.match(error ?? "no error", /VIEW_EXCEED|too deep|nest|depth/i);
  });

  it("a policy is set by whoever manages the table, with a function that fits", async () => {
    const set = "ALTER TABLE lake.desk.mine SET ROW FILTER";
    assert.match((await world.run(STRANGER, `${set} lake.s.twice ON (id)`)).error!, /NOT_FOUND|INSUFFICIENT/);
    assert.match((await world.run(READER, `${set} lake.s.twice ON (id)`)).error!, /BOOLEAN/);
    assert.match((await world.run(READER, `${set} lake.desk.none ON (id)`)).error!, /UNRESOLVED_ROUTINE/);
    await world.must(READER, "CREATE FUNCTION lake.desk.low(i BIGINT) RETURNS BOOLEAN RETURN i < 2");
    assert.match((await world.run(READER, `${set} lake.desk.low ON (nope)`)).error!, /nope/);
    await world.must(READER, `${set} lake.desk.low ON (id)`);
    assert.deepEqual((await world.must(READER, "SELECT id FROM lake.desk.mine")).rows, [["1"]]);
    await world.must(READER, "ALTER TABLE lake.desk.mine DROP ROW FILTER");
    assert.equal((await world.must(READER, "SELECT id FROM lake.desk.mine")).rows.length, 2);
  });

  it("SHOW lists what the caller may know of", async () => {
    assert.deepEqual((await world.must(READER, "SHOW SCHEMAS IN lake")).rows, [["desk"], ["s"]]);
    assert.deepEqual(
      (await world.must(READER, "SHOW VIEWS IN lake.s LIKE 'v*'")).rows.map((row) => row[1]),
      ["v", "vv"],
    );
    assert.deepEqual((await world.must(READER, "SHOW COLUMNS IN sec")).rows.flat(), [
      "id",
      "name",
      "region",
      "ssn",
      "salary",
    ]);
    assert.match((await world.run(READER, "SHOW TABLES IN lake.vault")).error!, /SCHEMA_NOT_FOUND/);
  });

  it("DESCRIBE tells columns and never a policy", async () => {
    const { rows } = await world.must(READER, "DESCRIBE TABLE EXTENDED sec");
    assert.deepEqual(rows[0], ["id", "int", null]);
    assert.doesNotMatch(JSON.stringify(rows), /by_region|mask/);
  });

  it("grants are shown as they were made", async () => {
    const { rows } = await world.must(ADMIN, "SHOW GRANTS ON SCHEMA lake.desk");
    assert.ok(rows.some((row) => row[0] === READER && row[1] === "CREATE TABLE"));
  });

  it("a dropped table is gone, a view is not dropped as a table", async () => {
    assert.match((await world.run(READER, "DROP TABLE lake.desk.shared")).error!, /VIEW/);
    await world.must(READER, "DROP TABLE lake.desk.copy");
    assert.match((await world.run(READER, "SELECT * FROM lake.desk.copy")).error!, /NOT_FOUND/);
    await world.must(READER, "DROP TABLE IF EXISTS lake.desk.copy");
    assert.match((await world.run(ADMIN, "DROP SCHEMA lake.desk")).error!, /not empty|INVALID|CASCADE/i);
    await world.must(ADMIN, "DROP SCHEMA lake.desk CASCADE");
  });

  it("USE is refused by name, since statements share no session", async () => {
    assert.match((await world.run(READER, "USE lake.s")).error!, /USE/);
  });
});
