import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type AbacWorld, abacWorld, nameOf } from "./abac-world.ts";

/** On a really booted platform, with a mask that comes by a tag. */
describe("what is told of governance and lineage", () => {
  let world: AbacWorld;
  before(async () => {
    world = await abacWorld();
    await world.must(
      "ada",
      "SET TAG ON COLUMN shop.hr.people.ssn pii = ssn",
      "CREATE POLICY no_ssn ON SCHEMA shop.hr COLUMN MASK shop.rules.stars TO `account users` FOR TABLES MATCH COLUMNS hasTagValue('pii', 'ssn') AS c ON COLUMN c",
    );
    await world.must(
      "mia",
      "CREATE VIEW shop.desk.numbers AS SELECT id, ssn AS number FROM shop.hr.people",
      "CREATE TABLE shop.desk.copy AS SELECT number FROM shop.desk.numbers",
      "SELECT count(*) FROM shop.hr.open",
    );
  });
  after(() => world[Symbol.asyncDispose]());

  it("names a policy by tags, and where it is defined, and shows its text to who may read the table's policies", async () => {
    const masksFor = async (person: "rita" | "ada") => {
      const rows = await world.sql(person, "EXPLAIN GOVERNANCE SELECT ssn FROM shop.hr.people");
      assert.ok(typeof rows !== "string", String(rows));
      return JSON.parse(rows[0]?.[7] ?? "") as unknown;
    };
    const mask = { column: "ssn", policy: "no_ssn", source: "SCHEMA shop.hr" };
    assert.deepEqual(await masksFor("rita"), [{ ...mask, text: null, definition: null }]);
    assert.deepEqual(await masksFor("ada"), [{ ...mask, text: "shop.rules.stars(ssn)", definition: "'***'" }]);
  });

  it("hides the lineage tables from all but administrators", async () => {
    for (const name of ["table_lineage", "column_lineage"])
      for (const person of ["rita", "mia", "olga"] as const) {
        const hidden = await world.sql(person, `SELECT 1 FROM system.access.${name}`);
        const missing = await world.sql(person, `SELECT 1 FROM system.access.${name.replace("lineage", "leneage")}`);
        assert.match(String(hidden), /TABLE_OR_VIEW_NOT_FOUND/);
        assert.equal(String(hidden).replaceAll("lineage", "leneage"), String(missing));
      }
  });

  it("tells administrators each step of each table, by whom and under which policies", async () => {
    const steps = await world.sql(
      "ada",
      `SELECT source_type, source_table_full_name, target_type, target_table_full_name, direct_access, governance.through,
         get(governance.column_masks, 0).policy
       FROM system.access.table_lineage WHERE created_by = '${nameOf("mia")}' ORDER BY event_time, source_type DESC`,
    );
    assert.deepEqual(steps, [
      ["TABLE", "shop.hr.people", "VIEW", "shop.desk.numbers", "true", "[]", "no_ssn"],
      ["VIEW", "shop.desk.numbers", "TABLE", "shop.desk.copy", "true", "[]", null],
      ["TABLE", "shop.hr.people", "TABLE", "shop.desk.copy", "false", '["VIEW shop.desk.numbers"]', "no_ssn"],
      ["TABLE", "shop.hr.open", null, null, "true", "[]", null],
    ]);
  });

  it("marks columns that a mask stood for, with the names that Databricks gives the columns", async () => {
    const columns = await world.sql(
      "ada",
      `SELECT source_table_name, source_column_name, target_column_name, governance.is_masked, governance.masked_by
       FROM system.access.column_lineage WHERE target_table_full_name = 'shop.desk.copy' ORDER BY 1`,
    );
    assert.deepEqual(columns, [
      ["numbers", "number", "number", "true", '["no_ssn"]'],
      ["people", "ssn", "number", "true", '["no_ssn"]'],
    ]);
    const whole = await world.sql("ada", "SELECT * FROM system.access.column_lineage");
    assert.ok(typeof whole !== "string", String(whole));
    assert.equal(whole[0]?.length, 29);
  });
});
