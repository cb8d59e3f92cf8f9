import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type AbacWorld, abacWorld, type Given, nameOf, type Person } from "./abac-world.ts";

const POLICIES = "/api/2.1/unity-catalog/policies";
const READ = "SELECT id, name, ssn, region FROM shop.hr.people ORDER BY id";

const plain: Given = [
  ["1", "ann", "111-11-1111", "eu"],
  ["2", "bob", "222-22-2222", "us"],
];
const masked: Given = [
  ["1", "ann", "***", "eu"],
  ["2", "bob", "***", "us"],
];
const filtered: Given = [["1", "ann", "111-11-1111", "eu"]];

const ALL = "`account users`";
const MASK = `COLUMN MASK shop.rules.stars TO ${ALL}`;
const ON_SSN = "MATCH COLUMNS has_tag_value('pii', 'ssn') AS s ON COLUMN s";
const mask = (on: string, name = "hide", who = ALL, when = ""): string =>
  `CREATE POLICY ${name} ON ${on} COLUMN MASK shop.rules.stars TO ${who} FOR TABLES ${when} ${ON_SSN}`;
const filter = (on: string, name = "eu", who = ALL): string =>
  `CREATE POLICY ${name} ON ${on} ROW FILTER shop.rules.eu TO ${who} FOR TABLES
     MATCH COLUMNS has_tag('geo') AS r USING COLUMNS (r)`;

/** Policies that go by tags: whom they reach, what they leave out, and each way around them that is known of. */
describe("attacks on policies that go by tags", () => {
  let world: AbacWorld;
  before(async () => {
    world = await abacWorld();
    await world.must(
      "ada",
      "ALTER TABLE shop.hr.people ALTER COLUMN ssn SET TAGS ('pii' = 'ssn')",
      "ALTER TABLE shop.hr.people ALTER COLUMN region SET TAGS ('geo')",
    );
  });
  after(() => world[Symbol.asyncDispose]());

  /** Every test begins without a policy. */
  beforeEach(async () => {
    for (const on of ["CATALOG/shop", "SCHEMA/shop.hr", "SCHEMA/shop.desk", "TABLE/shop.hr.people"]) {
      const { body } = await world.send("ada", "GET", `${POLICIES}/${on}`);
      for (const { name } of body.policies as JsonObject[])
        assert.equal((await world.send("ada", "DELETE", `${POLICIES}/${on}/${name}`)).status, 200);
    }
    assert.deepEqual(await world.sql("rita", READ), plain);
  });

  const sees = async (person: Person, wanted: Given, statement = READ): Promise<void> =>
    assert.deepEqual(await world.sql(person, statement), wanted, `${person}: ${statement}`);
  const fails = async (person: Person, why: RegExp, statement = READ): Promise<void> =>
    assert.match(String(await world.sql(person, statement)), why);

  describe("where a policy reaches", () => {
    for (const on of ["CATALOG shop", "SCHEMA shop.hr", "TABLE shop.hr.people"])
      it(`a mask on ${on} masks everybody, its owners and administrators too`, async () => {
        await world.must("ada", mask(on));
        for (const person of ["rita", "cora", "tina", "olga", "ada"] as const)
          if (person !== "tina") await sees(person, masked);
        await world.must("ada", `DROP POLICY hide ON ${on}`);
        await sees("rita", plain);
      });

    it("a filter and a mask together, at two levels", async () => {
      await world.must("ada", mask("CATALOG shop"), filter("SCHEMA shop.hr"));
      await sees("rita", [["1", "ann", "***", "eu"]]);
      await sees("rita", [["1"]], "SELECT count(*) FROM shop.hr.people");
    });

    it("a condition on the masked column is on the mask's value", async () => {
      await world.must("ada", mask("CATALOG shop"));
      await sees("rita", [], "SELECT id FROM shop.hr.people WHERE ssn = '111-11-1111'");
      await sees("rita", [["1"], ["2"]], "SELECT id FROM shop.hr.people WHERE ssn = '***' ORDER BY id");
    });

    it("a table elsewhere, and one without the tag, is left as it is", async () => {
      await world.must("ada", mask("SCHEMA shop.rules"));
      await sees("rita", plain);
      await world.must("ada", "DROP POLICY hide ON SCHEMA shop.rules", mask("CATALOG shop"));
      await sees("rita", [["1", "plain"]], "SELECT id, note FROM shop.hr.open");
    });

    it("policies grant nothing", async () => {
      await world.must("ada", mask("CATALOG shop"));
      await fails("sam", /TABLE_OR_VIEW_NOT_FOUND/);
      await fails("mo", /does not have .*SELECT/);
    });

    it("one mask is put on each column that its alias matches", async () => {
      await world.must("ada", "ALTER TABLE shop.hr.people ALTER COLUMN name SET TAGS ('pii' = 'name')");
      await world.must(
        "ada",
        `CREATE POLICY hide ON CATALOG shop ${MASK} FOR TABLES MATCH COLUMNS has_tag('pii') p ON COLUMN p`,
      );
      await sees("rita", [
        ["1", "***", "***", "eu"],
        ["2", "***", "***", "us"],
      ]);
      await world.must("ada", "ALTER TABLE shop.hr.people ALTER COLUMN name UNSET TAGS ('pii')");
    });

    it("literals and matched columns are given to the function", async () => {
      await world.must(
        "ada",
        `CREATE POLICY hide ON CATALOG shop COLUMN MASK shop.rules.last TO ${ALL} FOR TABLES ${ON_SSN} USING COLUMNS (4)`,
      );
      await sees("rita", [["1111"], ["2222"]], "SELECT ssn FROM shop.hr.people ORDER BY id");
    });
  });

  describe("whom a policy is for", () => {
    it("EXCEPT holds for a group at any depth, and TO for it too", async () => {
      await world.must("ada", mask("CATALOG shop", "hide", `${ALL} EXCEPT cleared`));
      await sees("cora", plain);
      await sees("rita", masked);
      await world.must("ada", "DROP POLICY hide ON CATALOG shop", mask("CATALOG shop", "hide", "cleared"));
      await sees("cora", masked);
      await sees("rita", plain);
    });

    it("leaving and joining the group that is exempt counts at the next request", async () => {
      await world.must("ada", mask("CATALOG shop", "hide", `${ALL} EXCEPT cleared`));
      await world.member("cora", "doctors", false);
      await sees("cora", masked);
      await world.member("rita", "cleared", true);
      await sees("rita", plain);
      await world.member("rita", "cleared", false);
      await sees("rita", masked);
      await world.member("cora", "doctors", true);
      await sees("cora", plain);
    });

    it("being in TO by one group and in EXCEPT by another is being exempt; being in neither is no policy", async () => {
      await world.must("ada", mask("CATALOG shop", "hide", "cleared EXCEPT doctors"));
      await sees("cora", plain);
      await sees("rita", plain);
    });

    it("a group that is made again under the name of one that is gone is exempt from nothing", async () => {
      await world.makeGroup("audit");
      await world.member("rita", "audit", true);
      await world.must("ada", mask("CATALOG shop", "hide", `${ALL} EXCEPT audit`));
      await sees("rita", plain);
      await world.dropGroup("audit");
      await sees("rita", masked);
      await world.makeGroup("audit");
      await world.member("rita", "audit", true);
      await sees("rita", masked);
    });

    it("a group of another case is not the one that is named, and a name of nobody is refused", async () => {
      await world.makeGroup("CLEARED2");
      await world.member("rita", "CLEARED2", true);
      await fails(
        "ada",
        /Could not find principal with name cleared2/,
        mask("CATALOG shop", "hide", `${ALL} EXCEPT cleared2`),
      );
    });

    it("a group that is renamed stays exempt, and its old name is another's", async () => {
      await world.makeGroup("night");
      await world.member("rita", "night", true);
      await world.must("ada", mask("CATALOG shop", "hide", `${ALL} EXCEPT night`));
      await sees("rita", plain);
      await world.renameGroup("night", "late");
      await sees("rita", plain);
      const { body } = await world.send("ada", "GET", `${POLICIES}/CATALOG/shop/hide`);
      assert.deepEqual(body.except_principals, ["late"]);
      await world.makeGroup("night");
      await world.member("cora", "night", true);
      await sees("cora", masked);
      await world.member("rita", "late", false);
      await sees("rita", masked);
    });
  });

  describe("what WHEN asks", () => {
    const when = "WHEN has_tag_value('level', 'high')";

    it("tags of the table, its schema and its catalog, the nearest counting, from the next request on", async () => {
      await world.must("ada", mask("CATALOG shop", "hide", ALL, when));
      await sees("rita", plain);
      await world.must("ada", "ALTER CATALOG shop SET TAGS ('level' = 'high')");
      await sees("rita", masked);
      await world.must("ada", "ALTER SCHEMA shop.hr SET TAGS ('level' = 'low')");
      await sees("rita", plain);
      await world.must("ada", "ALTER TABLE shop.hr.people SET TAGS ('level' = 'high')");
      await sees("rita", masked);
      await world.must(
        "ada",
        "ALTER TABLE shop.hr.people UNSET TAGS ('level')",
        "ALTER SCHEMA shop.hr UNSET TAGS ('level')",
      );
      await sees("rita", masked);
      await world.must("ada", "ALTER CATALOG shop UNSET TAGS ('level')");
      await sees("rita", plain);
    });

    it("AND, OR and NOT", async () => {
      await world.must("ada", "ALTER SCHEMA shop.hr SET TAGS ('level' = 'low')");
      for (const [condition, wanted] of [
        ["has_tag('level') AND NOT has_tag_value('level', 'high')", masked],
        ["has_tag_value('level', 'high') OR has_tag('level')", masked],
        ["NOT (has_tag('level') OR has_tag('geo'))", plain],
        ["NOT has_tag('geo') AND has_tag_value('level', 'high')", plain],
        ["has_tag('geo')", plain],
      ] as const) {
        await world.must(
          "ada",
          mask("CATALOG shop", "hide", ALL, `WHEN ${condition}`).replace("CREATE", "CREATE OR REPLACE"),
        );
        await sees("rita", wanted);
      }
      await world.must("ada", "ALTER SCHEMA shop.hr UNSET TAGS ('level')");
    });
  });

  describe("what tells policies apart", () => {
    it("two filters, at whatever levels, fail the query for whom both are for, for every column, and no statement that makes them", async () => {
      await world.must("ada", filter("SCHEMA shop.hr", "one"), filter("TABLE shop.hr.people", "two", "cleared"));
      await fails("cora", /\[UC_ABAC_MULTIPLE_ROW_FILTERS\] .*'one', 'two'|'two', 'one'/);
      await fails("cora", /UC_ABAC_MULTIPLE_ROW_FILTERS/, "SELECT id FROM shop.hr.people");
      await fails("cora", /UC_ABAC_MULTIPLE_ROW_FILTERS/, "SELECT 1 FROM shop.hr.people");
      await sees("rita", filtered);
    });

    it("a filter of the table's own beside one of a policy", async () => {
      await world.must(
        "ada",
        filter("CATALOG shop"),
        "ALTER TABLE shop.hr.people SET ROW FILTER shop.rules.eu ON (region)",
      );
      await fails("rita", /UC_ABAC_MULTIPLE_ROW_FILTERS/);
      await world.must("ada", "DROP POLICY eu ON CATALOG shop");
      await sees("rita", filtered);
      await world.must("ada", "ALTER TABLE shop.hr.people DROP ROW FILTER");
    });

    it("two masks of one column, the table's own among them", async () => {
      await world.must("ada", mask("CATALOG shop", "one"), mask("SCHEMA shop.hr", "two"));
      await fails("rita", /UC_ABAC_MULTIPLE_COLUMN_MASKS\] Column 'ssn'/);
      await world.must("ada", "DROP POLICY two ON SCHEMA shop.hr");
      await sees("rita", masked);
      await world.must("ada", "ALTER TABLE shop.hr.people ALTER COLUMN ssn SET MASK shop.rules.stars");
      await fails("rita", /UC_ABAC_MULTIPLE_COLUMN_MASKS/);
      await world.must("ada", "ALTER TABLE shop.hr.people ALTER COLUMN ssn DROP MASK");
    });

    it("an alias that two columns match cannot be given to a function", async () => {
      await world.must("ada", "ALTER TABLE shop.hr.people ALTER COLUMN name SET TAGS ('geo')", filter("CATALOG shop"));
      await fails("rita", /UC_ABAC_AMBIGUOUS_COLUMN_MATCH/);
      await world.must("ada", "ALTER TABLE shop.hr.people ALTER COLUMN name UNSET TAGS ('geo')");
      await sees("rita", filtered);
    });
  });

  describe("what a policy rests on", () => {
    it("a function that is dropped takes no policy with it: it is not dropped", async () => {
      await world.must("ada", mask("CATALOG shop"));
      await fails("ada", /policy of 'shop' rests on this/, "DROP FUNCTION shop.rules.stars");
      await fails("ada", /rests on this/, "DROP SCHEMA shop.rules CASCADE");
      await sees("rita", masked);
    });

    it("a function that another one replaces stays; its owner may, and then no longer fits is no rows", async () => {
      await world.must("ada", "CREATE FUNCTION shop.rules.mine(s STRING) RETURNS STRING RETURN '***'");
      await world.must("ada", mask("CATALOG shop").replace("stars", "mine"));
      await world.must("ada", `GRANT USE SCHEMA, CREATE FUNCTION ON SCHEMA shop.rules TO \`${nameOf("mia")}\``);
      await fails(
        "mia",
        /already exists/,
        "CREATE OR REPLACE FUNCTION shop.rules.mine(s STRING) RETURNS STRING RETURN s",
      );
      await sees("rita", masked);
      await world.must("ada", "CREATE OR REPLACE FUNCTION shop.rules.mine(s STRING, n INT) RETURNS STRING RETURN s");
      await fails("rita", /POLICY_FUNCTION_MISMATCH/);
      await sees("rita", [["1"], ["2"]], "SELECT id FROM shop.hr.people ORDER BY id");
      await world.must("ada", "DROP POLICY hide ON CATALOG shop", "DROP FUNCTION shop.rules.mine");
      await world.must("ada", `REVOKE USE SCHEMA, CREATE FUNCTION ON SCHEMA shop.rules FROM \`${nameOf("mia")}\``);
    });

    it("a tag that is governed no more shows nothing to those the policy is for, and all to the others", async () => {
      await world.must(
        "ada",
        "CREATE GOVERNED TAG brief",
        "ALTER TABLE shop.hr.people ALTER COLUMN ssn SET TAGS ('brief')",
      );
      await world.must(
        "ada",
        `CREATE POLICY hide ON CATALOG shop ${MASK} EXCEPT cleared FOR TABLES MATCH COLUMNS has_tag('brief') b ON COLUMN b`,
      );
      await sees("rita", masked);
      await world.must("ada", "DROP GOVERNED TAG brief");
      await fails("rita", /\[UC_ABAC_UNKNOWN_TAG_POLICY\]/);
      await fails("rita", /\[UC_ABAC_UNKNOWN_TAG_POLICY\]/, "SELECT note FROM shop.hr.open");
      await sees("cora", plain);
      await world.must(
        "ada",
        "DROP POLICY hide ON CATALOG shop",
        "ALTER TABLE shop.hr.people ALTER COLUMN ssn UNSET TAGS ('brief')",
      );
    });

    it("a tag that is taken away, and put back, counts at the next request", async () => {
      await world.must("ada", mask("CATALOG shop"));
      await sees("rita", masked);
      await world.must("ada", "ALTER TABLE shop.hr.people ALTER COLUMN ssn UNSET TAGS ('pii')");
      await sees("rita", plain);
      await world.must("ada", "SET TAG ON COLUMN shop.hr.people.SSN pii = ssn");
      await sees("rita", masked);
    });

    it("a policy by a key that is not governed, or a value that it never has, is not made", async () => {
      const by = (condition: string) =>
        `CREATE POLICY hide ON CATALOG shop ${MASK} FOR TABLES MATCH COLUMNS ${condition} c ON COLUMN c`;
      await fails("ada", /Unknown tag policy key 'PII'/, by("has_tag('PII')"));
      await fails("ada", /Unknown tag policy key 'free'/, by("has_tag('pii') AND NOT has_tag('free')"));
      await fails("ada", /does not allow the value 'SSN'/, by("has_tag_value('pii', 'SSN')"));
    });

    it("the function runs on its owner's rights, and knows the caller", async () => {
      await world.must(
        "ada",
        "CREATE TABLE shop.rules.regions (u STRING, region STRING)",
        `INSERT INTO shop.rules.regions VALUES ('${nameOf("rita")}', 'us')`,
        `CREATE FUNCTION shop.rules.mine(r STRING) RETURNS BOOLEAN
           RETURN EXISTS (SELECT 1 FROM shop.rules.regions AS m WHERE m.u = current_user() AND m.region = r)`,
        filter("CATALOG shop").replace("rules.eu", "rules.mine"),
      );
      await sees("rita", [["2", "bob", "222-22-2222", "us"]]);
      await sees("cora", []);
      await fails("rita", /TABLE_OR_VIEW_NOT_FOUND/, "SELECT * FROM shop.rules.regions");
      await world.must(
        "ada",
        "DROP POLICY eu ON CATALOG shop",
        "DROP FUNCTION shop.rules.mine",
        "DROP TABLE shop.rules.regions",
      );
    });
  });

  describe("ways around", () => {
    it("a view shows its reader what the policies show them, whoever owns it", async () => {
      await world.must(
        "ada",
        "CREATE VIEW shop.hr.lent AS SELECT id, ssn FROM shop.hr.people",
        mask("CATALOG shop", "hide", `${ALL} EXCEPT cleared`),
      );
      await sees("rita", [["***"], ["***"]], "SELECT ssn FROM shop.hr.lent ORDER BY id");
      await sees("cora", [["111-11-1111"], ["222-22-2222"]], "SELECT ssn FROM shop.hr.lent ORDER BY id");
      await world.must(
        "ada",
        "CREATE FUNCTION shop.hr.one(i INT) RETURNS STRING RETURN (SELECT max(ssn) FROM shop.hr.people WHERE id = i)",
      );
      await world.must("ada", `GRANT EXECUTE ON FUNCTION shop.hr.one TO \`${nameOf("rita")}\``);
      await sees("rita", [["***"]], "SELECT shop.hr.one(1)");
    });

    it("tags on a view are no tags of its table, and take no policy off it", async () => {
      await world.must("ada", "CREATE OR REPLACE VIEW shop.hr.lent AS SELECT id, ssn FROM shop.hr.people");
      await world.must("ada", mask("CATALOG shop", "hide", ALL, "WHEN NOT has_tag('level')"));
      await world.must("ada", "ALTER VIEW shop.hr.lent SET TAGS ('level' = 'low')");
      await sees("rita", [["***"], ["***"]], "SELECT ssn FROM shop.hr.lent ORDER BY id");
      await fails("ada", /is a view/, mask("TABLE shop.hr.lent", "on_view"));
    });

    it("what is copied out is what is seen", async () => {
      await world.must("ada", mask("CATALOG shop"), filter("SCHEMA shop.hr"));
      await world.must("mia", "CREATE TABLE shop.desk.copy AS SELECT * FROM shop.hr.people");
      await sees("mia", [["1", "ann", "***", "eu"]], "SELECT * FROM shop.desk.copy");
      await world.must("mia", "CREATE TABLE shop.desk.again (id INT, ssn STRING)");
      await world.must("mia", "INSERT INTO shop.desk.again SELECT id, ssn FROM shop.hr.people");
      await sees("mia", [["1", "***"]], "SELECT * FROM shop.desk.again");
      await world.must("mia", "DROP TABLE shop.desk.copy", "DROP TABLE shop.desk.again");
    });

    it("a table that comes to a schema later is under its policies from its first moment", async () => {
      await world.must(
        "ada",
        `CREATE POLICY none ON SCHEMA shop.desk ROW FILTER shop.rules.nobody TO ${ALL} FOR TABLES`,
      );
      await world.must("mia", "CREATE TABLE shop.desk.late (id INT)", "INSERT INTO shop.desk.late VALUES (1)");
      await sees("mia", [], "SELECT id FROM shop.desk.late");
      await world.must("mia", "DROP TABLE shop.desk.late", "CREATE TABLE shop.desk.late AS SELECT 1 AS id");
      await sees("mia", [], "SELECT id FROM shop.desk.late");
      await world.must("mia", "DROP TABLE shop.desk.late");
    });

    it("what would rename or drop a tagged column, or change the table's kind, is refused by name", async () => {
      await world.must("ada", mask("CATALOG shop"));
      for (const change of [
        "RENAME COLUMN ssn TO x",
        "DROP COLUMN ssn",
        "RENAME TO shop.desk.people",
        "REPLACE COLUMNS (a INT)",
      ])
        await fails("ada", /UNSUPPORTED_FEATURE/, `ALTER TABLE shop.hr.people ${change}`);
      await fails("ada", /UNSUPPORTED_FEATURE/, "CREATE OR REPLACE TABLE shop.hr.people (ssn STRING)");
      await sees("rita", masked);
    });

    it("writing without reading leaves the mask in force", async () => {
      await world.must("ada", mask("CATALOG shop"));
      await fails("mo", /SELECT/, "INSERT INTO shop.hr.open SELECT id, ssn FROM shop.hr.people");
      await sees("rita", masked);
    });

    it("whoever makes a policy with a function of their own hands it no value that they could keep, and sees none", async () => {
      await world.must("mia", "CREATE FUNCTION shop.desk.spy(s STRING) RETURNS STRING RETURN concat('seen ', s)");
      const spying = mask("TABLE shop.hr.people", "spy").replace("shop.rules.stars", "shop.desk.spy");
      await fails("mia", /does not have .*MANAGE/, spying);
      await world.must("ada", `GRANT MANAGE ON TABLE shop.hr.people TO \`${nameOf("mia")}\``, mask("CATALOG shop"));
      await world.must("mia", spying);
      await fails("mia", /UC_ABAC_MULTIPLE_COLUMN_MASKS/);
      await world.must("mia", "DROP POLICY spy ON TABLE shop.hr.people");
      await sees("mia", masked);
      await fails("mia", /does not have/, "DROP POLICY hide ON CATALOG shop");
      await world.must("ada", `REVOKE MANAGE ON TABLE shop.hr.people FROM \`${nameOf("mia")}\``);
    });

    it("a policy needs EXECUTE on its function, which is not told of otherwise", async () => {
      await world.must("mia", "CREATE FUNCTION shop.desk.hers(s STRING) RETURNS STRING RETURN s");
      await world.must("ada", `GRANT MANAGE ON TABLE shop.hr.people TO \`${nameOf("tina")}\``);
      const by = (name: string) => mask("TABLE shop.hr.people").replace("shop.rules.stars", `shop.desk.${name}`);
      const hidden = String(await world.sql("tina", by("hers")));
      const missing = String(await world.sql("tina", by("hors")));
      assert.match(hidden, /does not exist, or you may not execute it/);
      assert.equal(hidden, missing.replaceAll("hors", "hers"));
    });

    it("a policy whose function reads the table itself shows nothing", async () => {
      await world.must(
        "ada",
        "CREATE FUNCTION shop.rules.round(r STRING) RETURNS BOOLEAN RETURN r IN (SELECT region FROM shop.hr.people)",
      );
      await world.must("ada", filter("CATALOG shop").replace("rules.eu", "rules.round"));
      await fails("rita", /RECURSI|leads back|itself/i);
      await world.must("ada", "DROP POLICY eu ON CATALOG shop");
    });
  });

  describe("who may know of policies", () => {
    it("only those who manage the thing, or may read its metadata; the thing itself stays hidden from the others", async () => {
      await world.must("ada", mask("SCHEMA shop.hr"));
      for (const [person, status] of [
        ["olga", 200],
        ["rita", 403],
        ["tina", 403],
        ["sam", 404],
      ] as const) {
        assert.equal((await world.send(person, "GET", `${POLICIES}/SCHEMA/shop.hr`)).status, status, person);
        assert.equal((await world.send(person, "GET", `${POLICIES}/SCHEMA/shop.hr/hide`)).status, status, person);
        const told = await world.sql(person, "DESCRIBE POLICY hide ON SCHEMA shop.hr");
        assert.equal(typeof told === "string", status !== 200, person);
      }
      const hidden = await world.send("sam", "GET", `${POLICIES}/SCHEMA/shop.hr/hide`);
      const missing = await world.send("sam", "GET", `${POLICIES}/SCHEMA/shop.hx/hide`);
      assert.equal(String(hidden.body.message), String(missing.body.message).replaceAll("shop.hx", "shop.hr"));
      const denied = await world.send("rita", "GET", `${POLICIES}/SCHEMA/shop.hr/hide`);
      const other = await world.send("rita", "GET", `${POLICIES}/SCHEMA/shop.hr/nope`);
      assert.deepEqual([denied.status, denied.body.message], [other.status, other.body.message]);
    });

    it("what is in force on a table is told to its owner, with what protects nothing", async () => {
      await world.must("ada", mask("SCHEMA shop.hr"), filter("CATALOG shop"));
      await world.must(
        "ada",
        `CREATE POLICY idle ON SCHEMA shop.hr ${MASK} FOR TABLES MATCH COLUMNS has_tag_value('pii', 'name') n ON COLUMN n`,
      );
      await world.must(
        "ada",
        `CREATE POLICY off ON SCHEMA shop.hr ROW FILTER shop.rules.nobody TO ${ALL} FOR TABLES WHEN has_tag('level')`,
      );
      const rows = (await world.sql("tina", "SHOW EFFECTIVE POLICIES ON TABLE shop.hr.people")) as string[][];
      assert.deepEqual(
        rows.map(([name, , type, , , effect, warning]) => [name, type, effect, warning]),
        [
          ["hide", "SCHEMA", "masks ssn", null],
          ["idle", "SCHEMA", null, "It protects nothing here: no column matches."],
          ["off", "SCHEMA", null, "It protects nothing here: WHEN does not hold for the table."],
          ["eu", "CATALOG", "filters rows", null],
        ],
      );
      await fails("rita", /does not have/, "SHOW EFFECTIVE POLICIES ON TABLE shop.hr.people");
    });
  });

  describe("limits", () => {
    const quota = async (why: RegExp, statement: string): Promise<void> => fails("ada", why, statement);

    it("six conditions for a filter and three for a mask, and aliases that are told", async () => {
      const conditions = (count: number) => Array.from({ length: count }, (_, i) => `has_tag('pii') c${i}`).join(", ");
      await quota(
        /6 conditions/,
        `CREATE POLICY p ON CATALOG shop ROW FILTER shop.rules.nobody TO ${ALL} FOR TABLES MATCH COLUMNS ${conditions(7)}`,
      );
      await quota(
        /3 conditions/,
        `CREATE POLICY p ON CATALOG shop ${MASK} FOR TABLES MATCH COLUMNS ${conditions(4)} ON COLUMN c0`,
      );
      await quota(
        /stands for two/,
        `CREATE POLICY p ON CATALOG shop ${MASK} FOR TABLES MATCH COLUMNS has_tag('pii') c, has_tag('geo') C ON COLUMN c`,
      );
      await quota(
        /no alias/,
        `CREATE POLICY p ON CATALOG shop ${MASK} FOR TABLES MATCH COLUMNS has_tag('pii') c ON COLUMN d`,
      );
      await quota(
        /takes 1 arguments/,
        `CREATE POLICY p ON CATALOG shop ${MASK} FOR TABLES MATCH COLUMNS has_tag('pii') c ON COLUMN c USING COLUMNS (1)`,
      );
      await quota(/BOOLEAN/, `CREATE POLICY p ON CATALOG shop ROW FILTER shop.rules.stars TO ${ALL} FOR TABLES`);
    });

    it("a condition of a bounded length and depth", async () => {
      const by = (condition: string) =>
        `CREATE POLICY p ON CATALOG shop ROW FILTER shop.rules.nobody TO ${ALL} FOR TABLES WHEN ${condition}`;
      await quota(/4096 characters/, by(Array.from({ length: 300 }, () => "has_tag('pii')").join(" AND ")));
      await quota(/nests deeper/, by(`${"(".repeat(2000)}has_tag('pii')${")".repeat(2000)}`));
      await quota(/nests deeper/, by(`${"NOT ".repeat(2000)}has_tag('pii')`));
    });

    it("twenty principals, and fifty policies on a table", async () => {
      const names = Array.from({ length: 21 }, () => ALL).join(", ");
      await quota(
        /20 principals/,
        `CREATE POLICY p ON CATALOG shop ROW FILTER shop.rules.nobody TO ${names} FOR TABLES`,
      );
      for (let i = 0; i < 50; i += 1) await world.must("ada", mask("TABLE shop.hr.people", `p${i}`, "cleared"));
      await quota(/50 policies at most/, mask("TABLE shop.hr.people", "p50", "cleared"));
      await fails("ada", /has a policy 'p1' already/, mask("TABLE shop.hr.people", "P1", "cleared"));
    });
  });
});
