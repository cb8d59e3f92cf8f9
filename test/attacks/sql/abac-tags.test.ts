import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type AbacWorld, type Answered, abacWorld, nameOf, type Person } from "./abac-world.ts";

const TAGS = "/api/2.1/unity-catalog/entity-tag-assignments";
const SSN = "columns/shop.hr.people.ssn";

/** Whoever may put a tag on something, or take it away, decides whom a policy reaches: both are for few. */
describe("attacks on tags", () => {
  let world: AbacWorld;
  before(async () => {
    world = await abacWorld();
    await world.must("ada", "ALTER TABLE shop.hr.people ALTER COLUMN ssn SET TAGS ('pii' = 'ssn')");
  });
  after(() => world[Symbol.asyncDispose]());

  const tagsOf = async (entity: string): Promise<readonly string[]> => {
    const { status, body } = await world.send("ada", "GET", `${TAGS}/${entity}/tags`);
    assert.equal(status, 200, JSON.stringify(body));
    return (body.tag_assignments as JsonObject[]).map(
      (one) => `${one.tag_key}=${one.tag_value ?? ""}${one.inherited ? " (inherited)" : ""}`,
    );
  };

  const untag = "ALTER TABLE shop.hr.people ALTER COLUMN ssn UNSET TAGS ('pii')";
  const unprivileged: readonly (readonly [Person, RegExp])[] = [
    ["mo", /does not have .*APPLY_TAG on TABLE/],
    ["rita", /does not have .*APPLY_TAG on TABLE/],
    ["art", /does not have .*APPLY_TAG on TABLE/],
    ["tag", /The tag 'pii' is governed/],
    ["tina", /The tag 'pii' is governed/],
    ["olga", /The tag 'pii' is governed/],
    ["sam", /TABLE_OR_VIEW_NOT_FOUND|does not exist/],
  ];
  for (const [person, why] of unprivileged)
    for (const statement of [
      untag,
      "ALTER TABLE shop.hr.people ALTER COLUMN ssn SET TAGS ('pii' = 'name')",
      "UNSET TAG ON COLUMN shop.hr.people.ssn pii",
    ])
      it(`${person} does not do this: ${statement}`, async () => {
        assert.match(String(await world.sql(person, statement)), why);
        assert.deepEqual(await tagsOf(SSN), ["pii=ssn"]);
      });

  for (const person of ["mo", "art", "tag", "tina", "sam"] as const)
    it(`${person} does not take the tag away by REST`, async () => {
      const deleted = await world.send(person, "DELETE", `${TAGS}/${SSN}/tags/pii`);
      assert.ok([403, 404].includes(deleted.status), String(deleted.status));
      const changed = await world.send(person, "PATCH", `${TAGS}/${SSN}/tags/pii`, { tag_value: "name" });
      assert.equal(changed.status, deleted.status);
      assert.deepEqual(await tagsOf(SSN), ["pii=ssn"]);
    });

  it("a tag set and another taken away in one statement are all or nothing", async () => {
    const given = await world.sql("tag", "ALTER TABLE shop.hr.people SET TAGS ('free' = 'x', 'pii' = 'ssn')");
    assert.match(String(given), /governed/);
    assert.deepEqual(await tagsOf("tables/shop.hr.people"), []);
  });

  it("a key of another case is another key, which does not touch the governed one", async () => {
    await world.must("tag", "ALTER TABLE shop.hr.people ALTER COLUMN ssn SET TAGS ('PII' = 'none')");
    await world.must("tag", "ALTER TABLE shop.hr.people ALTER COLUMN SSN UNSET TAGS ('PII')");
    assert.deepEqual(await tagsOf(SSN), ["pii=ssn"]);
  });

  it("a value of another case, or none, is not allowed", async () => {
    for (const value of ["= 'SSN'", "= 'ssn '", ""]) {
      const given = await world.sql("ada", `ALTER TABLE shop.hr.people ALTER COLUMN name SET TAGS ('pii' ${value})`);
      assert.match(String(given), /does not allow/);
    }
    const key = await world.sql("ada", "ALTER TABLE shop.hr.people ALTER COLUMN region SET TAGS ('geo' = 'x')");
    assert.match(String(key), /it takes no value/);
  });

  it("what was tagged before its key was governed stays tagged, and needs ASSIGN from then on", async () => {
    await world.must("tag", "ALTER TABLE shop.hr.open SET TAGS ('later' = 'a')");
    await world.must("ada", "CREATE GOVERNED TAG later VALUES ('a', 'b')");
    assert.match(String(await world.sql("tag", "ALTER TABLE shop.hr.open UNSET TAGS ('later')")), /governed/);
    assert.deepEqual(await tagsOf("tables/shop.hr.open"), ["later=a"]);
    await world.must("ada", "DROP GOVERNED TAG later");
    assert.deepEqual(await tagsOf("tables/shop.hr.open"), ["later=a"]);
    await world.must("tag", "ALTER TABLE shop.hr.open UNSET TAGS ('later')");
  });

  it("tables inherit from schema and catalog, the nearest value counting; columns inherit nothing", async () => {
    await world.must("ada", "ALTER CATALOG shop SET TAGS ('level' = 'low', 'team')");
    await world.must("ada", "SET TAG ON SCHEMA shop.hr level = high");
    assert.deepEqual(await tagsOf("tables/shop.hr.open"), ["level=high (inherited)", "team= (inherited)"]);
    assert.deepEqual(await tagsOf("columns/shop.hr.open.note"), []);
    const one = await world.send("ada", "DELETE", `${TAGS}/tables/shop.hr.open/tags/level`);
    assert.deepEqual([one.status, one.body.error_code], [404, "RESOURCE_DOES_NOT_EXIST"]);
    await world.must("ada", "UNSET TAG ON SCHEMA shop.hr level", "ALTER CATALOG shop UNSET TAGS ('level', 'team')");
  });

  it("the server's own catalog and system tags are read-only", async () => {
    assert.match(String(await world.sql("ada", "ALTER CATALOG system SET TAGS ('a')")), /kept by the server/);
    assert.match(String(await world.sql("ada", "ALTER CATALOG shop SET TAGS ('class.us_ssn')")), /system tag/);
    assert.match(String(await world.sql("ada", "CREATE GOVERNED TAG 'system.certified'")), /system tag/);
  });

  it("keys and values have their limits", async () => {
    for (const key of ["a.b", "a/b", "a=b", "a*", "a%", "a?", "a\\\\b", " a", "x".repeat(257)])
      assert.match(String(await world.sql("ada", `CREATE GOVERNED TAG '${key}'`)), /cannot be a tag's key/, key);
    assert.match(String(await world.sql("ada", "CREATE GOVERNED TAG a VALUES ('x', 'x')")), /twice/);
    assert.match(String(await world.sql("ada", "CREATE GOVERNED TAG a VALUES ('')")), /empty/);
  });

  it("whoever may not know of a governed tag gets the answer of a missing one, by each method", async () => {
    for (const [method, body] of [["GET"], ["PATCH", { description: "x" }], ["DELETE"]] as const) {
      const answers: Answered[] = [];
      for (const key of ["pii", "pix"])
        answers.push(await world.send("rita", method, `/api/2.1/tag-policies/${key}`, body));
      const [hidden, missing] = answers.map(({ status, body: told }) => [status, told.error_code, told.message]);
      assert.equal(hidden![0], 404);
      assert.deepEqual(hidden, JSON.parse(JSON.stringify(missing).replaceAll("pix", "pii")));
    }
    const { body } = await world.send("rita", "GET", "/api/2.1/tag-policies");
    assert.deepEqual(body.tag_policies, []);
    const assigner = await world.send("art", "GET", "/api/2.1/tag-policies");
    assert.deepEqual(
      (assigner.body.tag_policies as JsonObject[]).map((one) => one.tag_key),
      ["pii"],
    );
  });

  it("whoever may assign a tag may not change what it is, nor who may assign it", async () => {
    const { body } = await world.send("art", "GET", "/api/2.1/tag-policies/pii");
    assert.equal((await world.send("art", "PATCH", "/api/2.1/tag-policies/pii", { values: [] })).status, 403);
    assert.equal((await world.send("art", "DELETE", "/api/2.1/tag-policies/pii")).status, 403);
    assert.match(String(await world.sql("art", "DROP GOVERNED TAG pii")), /does not have/);
    const name = `accounts/${world.account_id}/tagPolicies/${body.id}/ruleSets/default`;
    const rule_set = {
      etag: "",
      grant_rules: [{ role: "roles/tagPolicy.assigner", principals: [`users/${nameOf("sam")}`] }],
    };
    const path = "/api/2.0/preview/accounts/access-control/rule-sets";
    assert.equal((await world.send("art", "PUT", path, { name, rule_set })).status, 403);
    assert.match(String(await world.sql("olga", "CREATE GOVERNED TAG mine")), /does not have/);
  });

  it("with both rights it can be done, and right away", async () => {
    await world.must("ada", `GRANT APPLY TAG ON TABLE shop.hr.people TO \`${nameOf("art")}\``);
    await world.must("art", "ALTER TABLE shop.hr.people ALTER COLUMN name SET TAGS ('pii' = 'name')");
    assert.deepEqual(await tagsOf("columns/shop.hr.people.name"), ["pii=name"]);
    await world.must("art", "ALTER TABLE shop.hr.people ALTER COLUMN name UNSET TAGS ('pii')");
    await world.must("ada", `REVOKE APPLY TAG ON TABLE shop.hr.people FROM \`${nameOf("art")}\``);
    const given = await world.sql("art", "ALTER TABLE shop.hr.people ALTER COLUMN name SET TAGS ('pii' = 'name')");
    assert.match(String(given), /APPLY_TAG/);
  });

  it("a view that is replaced loses its tags, and its table keeps them", async () => {
    await world.must("ada", "CREATE VIEW shop.hr.v AS SELECT ssn FROM shop.hr.people");
    await world.must(
      "ada",
      "ALTER VIEW shop.hr.v ALTER COLUMN ssn SET TAGS ('pii' = 'ssn')",
      "ALTER VIEW shop.hr.v SET TAGS ('x')",
    );
    await world.must("ada", "CREATE OR REPLACE VIEW shop.hr.v AS SELECT ssn FROM shop.hr.people");
    assert.deepEqual([await tagsOf("columns/shop.hr.v.ssn"), await tagsOf("tables/shop.hr.v")], [[], []]);
    assert.deepEqual(await tagsOf(SSN), ["pii=ssn"]);
  });
});
