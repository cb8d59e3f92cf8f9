import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ADMIN, OFFICER, READER, STRANGER, setting } from "../../sql/setting.ts";
import { type SqlWorld, sqlWorld, who } from "../../sql/world.ts";

type Row = Readonly<Record<string, string | null>>;

describe("EXPLAIN GOVERNANCE", () => {
  let world: SqlWorld;
  before(async () => {
    world = await sqlWorld();
    for (const each of setting) await world.must(ADMIN, each);
    for (const each of [
      "CREATE TABLE lake.vault.plans (id INT, code STRING)",
      "CREATE FUNCTION lake.gov.starts(c STRING, prefix STRING) RETURNS BOOLEAN RETURN startswith(c, prefix)",
      "ALTER TABLE lake.vault.plans SET ROW FILTER lake.gov.starts ON (code, 'tango-seven')",
      "CREATE VIEW lake.s.open_plans AS SELECT id FROM lake.vault.plans",
      // May manage t and nothing else.
      `GRANT MANAGE ON TABLE lake.s.t TO \`${STRANGER}\``,
      // May read the metadata of sec, and its filter's function.
      `GRANT READ METADATA ON TABLE lake.s.sec TO \`${OFFICER}\``,
      `GRANT EXECUTE ON FUNCTION lake.gov.by_region TO \`${OFFICER}\``,
    ])
      await world.must(ADMIN, each);
  });
  after(() => world[Symbol.asyncDispose]());

  async function explained(name: string, text: string): Promise<readonly Row[]> {
    const { response, rows } = await world.must(name, `EXPLAIN GOVERNANCE ${text}`);
    const names = response.manifest?.schema.columns.map((column) => column.name) ?? [];
    return rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i]!, value])));
  }

  const refused = async (name: string, text: string): Promise<string> => {
    const { error, rows } = await world.run(name, text);
    assert.deepEqual(rows, []);
    assert.ok(error, `${text} was not refused`);
    return error;
  };

  it("tells which grant lets the caller pass, which policies are applied and in which form, in types", async () => {
    const [row, ...more] = await explained(READER, "SELECT id, ssn FROM sec WHERE id > 1");
    assert.equal(more.length, 0);
    assert.equal(row?.securable, "lake.s.sec");
    assert.equal(row.decision, "ALLOWED");
    assert.deepEqual(JSON.parse(row.granted_by!), [
      { privilege: "USE_CATALOG", principal: "account users", on: "CATALOG lake" },
      { privilege: "USE_SCHEMA", principal: "account users", on: "SCHEMA lake.s" },
      { privilege: "SELECT", principal: "account users", on: "SCHEMA lake.s" },
    ]);
    const hidden = { source: "TABLE lake.s.sec", text: null, definition: null };
    assert.deepEqual(JSON.parse(row.row_filters!), [{ policy: "lake.gov.by_region", ...hidden }]);
    assert.deepEqual(
      JSON.parse(row.column_masks!),
      [{ column: "ssn", policy: "lake.gov.mask_ssn", ...hidden }],
      "masks of columns that the query leaves alone are not applied",
    );
    assert.equal(row.form, "INLINED");
    const { response } = await world.must(READER, "EXPLAIN GOVERNANCE SELECT 1 FROM t");
    const types = response.manifest?.schema.columns.map((column) => column.type_name);
    assert.deepEqual([...new Set(types)].toSorted(), ["ARRAY", "STRING"]);
  });

  it("says when rows are set apart, and when nothing needs to be", async () => {
    const form = async (text: string) => (await explained(READER, text)).find((one) => one.type === "TABLE")?.form;
    assert.equal(await form("SELECT id FROM t"), "OPEN");
    assert.equal(await form("SELECT substring_index(name, 'a', id) FROM sec"), "MATERIALISED");
    assert.match((await explained(READER, "SELECT id FROM t"))[0]?.form_reason ?? "", /all rows may be seen/);
  });

  it("reads nothing: no data, no version, no engine", async () => {
    const count = world.records.length;
    await explained(READER, "SELECT * FROM sec JOIN t ON sec.id = t.id");
    const told = world.records.slice(count);
    assert.deepEqual(
      told.filter((one) => one.action === "table.read_data"),
      [],
    );
    assert.ok(told.some((one) => one.action === "table.explain"));
    await world.must(ADMIN, "INSERT INTO lake.s.t VALUES (99, 'later')");
    const before = await explained(READER, "SELECT id FROM t WHERE id = 99");
    assert.deepEqual(before, await explained(READER, "SELECT id FROM t WHERE id = 99"));
  });

  it("tells through which views and whose right access is lent, and not what that right rests on", async () => {
    const rows = await explained(READER, "SELECT id FROM my_gold");
    assert.deepEqual(
      rows.map((one) => [one.securable, one.type, one.lent_by, one.granted_by === "[]"]),
      [
        ["lake.s.my_gold", "VIEW", "[]", false],
        [null, "TABLE", `[{"type":"VIEW","name":"lake.s.my_gold","owner":"${ADMIN}"}]`, true],
      ],
      "what lies beneath is hidden from the reader",
    );
    const [, beneath] = await explained(ADMIN, "SELECT id FROM my_gold");
    assert.equal(beneath?.securable, "lake.vault.gold");
  });

  it("names nothing hidden beneath a view or function: not the table, its schema, or a view between", async () => {
    await world.must(ADMIN, "CREATE VIEW lake.vault.between AS SELECT id FROM lake.vault.plans");
    await world.must(ADMIN, "CREATE VIEW lake.s.outer_plans AS SELECT id FROM lake.vault.between");
    for (const query of ["SELECT * FROM outer_plans", "SELECT * FROM open_plans", "SELECT gold_count()"]) {
      const told = JSON.stringify(await explained(READER, query));
      assert.doesNotMatch(told, /vault|between|gold(?!_count)|"lake\.vault/, query);
    }
    const told = await explained(READER, "SELECT * FROM outer_plans");
    assert.equal(
      told.at(-1)?.lent_by,
      `[{"type":"VIEW","name":"lake.s.outer_plans","owner":"${ADMIN}"},{"type":"VIEW","name":null,"owner":null}]`,
    );
    assert.match(told.at(-1)?.row_filters ?? "", /"policy":"lake\.gov\.starts","source":null/);
  });

  it("does not name what a policy looks things up in", async () => {
    for (const name of [READER, ADMIN])
      assert.ok(
        !JSON.stringify(await explained(name, "SELECT * EXCEPT (salary) FROM sec")).includes('"lake.gov.region_map"'),
      );
    const rows = await explained(READER, "SELECT id FROM badge");
    assert.deepEqual(
      rows.map((one) => one.securable),
      ["lake.s.badge"],
    );
  });

  it("shows a policy's text and literals to whoever manages the table or may read its metadata, and to nobody else", async () => {
    const text = (rows: readonly Row[]) => rows.map((one) => `${one.row_filters} ${one.column_masks}`).join(" ");
    const query = "SELECT id FROM open_plans";
    assert.ok(!JSON.stringify(await explained(READER, query)).includes("tango-seven"));
    assert.match(text(await explained(ADMIN, query)), /lake\.gov\.starts\(code, 'tango-seven'\)/);
    const byOfficer = text(await explained(OFFICER, "SELECT ssn FROM sec"));
    assert.match(byOfficer, /"text":"lake\.gov\.by_region\(region\)","definition":"EXISTS/);
    assert.match(
      byOfficer,
      /"text":"lake\.gov\.mask_ssn\(ssn\)","definition":null/,
      "a function that he may not know of",
    );
    assert.doesNotMatch(text(await explained(READER, "SELECT ssn FROM sec")), /region_map|EXISTS|by_region\(/);
  });

  it("explains a denial as far as the caller may know: hidden like missing", async () => {
    const [known] = await explained(READER, "SELECT id FROM lake.vault.gold, t");
    const [missing] = await explained(READER, "SELECT id FROM lake.vault.gild, t");
    assert.equal(known?.decision, "DENIED");
    assert.deepEqual(
      { ...known, securable: "", reason: known.reason?.replaceAll("gold", "gild") },
      { ...missing, securable: "" },
    );
    const rows = await explained(READER, "SELECT t.id FROM t, lake.vault.gold");
    assert.deepEqual(
      rows.map((one) => [one.securable, one.decision, one.form]),
      [
        ["lake.s.t", "ALLOWED", null],
        ["lake.vault.gold", "DENIED", null],
      ],
    );
  });

  describe("as somebody else", () => {
    it("is for whoever may manage every table, and tells that one's decisions, under both names", async () => {
      const count = world.records.length;
      const [row] = await explained(ADMIN, `AS '${READER}' SELECT a FROM lake.s.t`);
      assert.equal(row?.decision, "ALLOWED");
      assert.match(row.granted_by!, /account users/);
      const told = world.records.slice(count).filter((one) => one.what[0]?.name === "lake.s.t");
      assert.deepEqual(
        told.map((one) => [one.action, one.subject?.name, one.viewed_as]),
        [
          ["table.explain_as", ADMIN, READER],
          ["table.explain", ADMIN, READER],
        ],
      );
      const [denied] = await explained(ADMIN, `AS '${READER}' SELECT id FROM lake.vault.gold`);
      assert.equal(denied?.reason, `'${READER}' lacks USE_SCHEMA on SCHEMA 'lake.vault', and may not know of it.`);
    });

    it("applies the policies as to that one", async () => {
      const rows = await explained(ADMIN, `AS '${READER}' SELECT ssn FROM sec`);
      assert.match(rows[0]?.row_filters ?? "", /lake\.gov\.by_region/);
    });

    it("is refused without MANAGE, whoever it is about, and tells nothing of that one", async () => {
      const of = (name: string, from: string) => `EXPLAIN GOVERNANCE AS '${name}' SELECT 1 FROM ${from}`;
      const real = await refused(READER, of(OFFICER, "sec"));
      assert.match(real, /MANAGE on TABLE 'lake\.s\.sec'/);
      assert.equal(await refused(READER, of("hugs@x.org", "sec")), real);
      const hidden = await refused(READER, of(OFFICER, "lake.vault.gold"));
      assert.equal(hidden.replaceAll("gold", "gild"), await refused(READER, of(OFFICER, "lake.vault.gild")));
    });

    it("is refused when one of the tables is not the caller's to manage, beneath a view and in a subquery too", async () => {
      const [mine] = await explained(STRANGER, `AS '${READER}' SELECT id FROM t`);
      assert.equal(mine?.decision, "ALLOWED");
      for (const from of ["t, u", "t WHERE id IN (SELECT n FROM u)", "v", "my_gold", "staff()"])
        assert.match(
          await refused(STRANGER, `EXPLAIN GOVERNANCE AS '${READER}' SELECT 1 FROM ${from}`),
          /MANAGE|does not exist/,
        );
    });

    it("needs no right of the caller's for oneself, and holds nothing for nobody", async () => {
      assert.equal((await explained(READER, `AS '${READER}' SELECT id FROM t`))[0]?.decision, "ALLOWED");
      assert.equal((await explained(ADMIN, "AS 'nobody@x.org' SELECT id FROM t"))[0]?.decision, "DENIED");
    });

    it("gives nobody a way through the gate", async () => {
      const viewed = await world.gate.viewed(who(READER), ADMIN);
      await assert.rejects(
        world.gate.enter(viewed, "table.read_data", { type: "TABLE", name: "lake.s.t" }, world.doorway().into("sql")),
        /does not have required scopes/,
      );
    });
  });

  it("is refused of anything but a query, and within anything else, and nothing is done", async () => {
    const count = async () => (await world.must(ADMIN, "SELECT count(*) FROM lake.s.t")).rows[0]?.[0];
    const rows = await count();
    for (const text of [
      "EXPLAIN GOVERNANCE INSERT INTO lake.s.t VALUES (7, 'w')",
      "EXPLAIN GOVERNANCE CREATE TABLE lake.s.made AS SELECT 1 AS a",
      "EXPLAIN GOVERNANCE DROP TABLE lake.s.t",
      "EXPLAIN GOVERNANCE GRANT SELECT ON TABLE lake.s.t TO `eve@x.org`",
      "EXPLAIN GOVERNANCE EXPLAIN GOVERNANCE SELECT 1",
      "EXPLAIN EXPLAIN GOVERNANCE SELECT 1 FROM lake.s.t",
      "SELECT * FROM (EXPLAIN GOVERNANCE SELECT 1)",
      "CREATE TABLE lake.s.made AS EXPLAIN GOVERNANCE SELECT 1",
      "CREATE VIEW lake.s.made AS EXPLAIN GOVERNANCE SELECT 1",
      "INSERT INTO lake.s.t EXPLAIN GOVERNANCE SELECT 1",
      "WITH x AS (EXPLAIN GOVERNANCE SELECT 1) SELECT * FROM x",
      "CREATE FUNCTION lake.s.made() RETURNS TABLE (a INT) RETURN EXPLAIN GOVERNANCE SELECT 1",
      "EXPLAIN GOVERNANCE SELECT 1; DROP TABLE lake.s.t",
      `EXPLAIN GOVERNANCE AS \`${READER}\` SELECT 1`,
    ])
      await refused(ADMIN, text);
    assert.equal(await count(), rows);
    assert.match(await refused(ADMIN, "SELECT * FROM lake.s.made"), /TABLE_OR_VIEW_NOT_FOUND/);
  });
});
