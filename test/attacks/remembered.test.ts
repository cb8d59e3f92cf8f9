import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLog } from "#base/log.ts";
import { Doorway, endpoint, workspace } from "#kernel/mod.ts";
import type { Scope } from "#wire/scopes.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { type FreshDatabase, freshDatabase } from "../world/database.ts";

/** DESIGN: what another server changed is in force within this. */
const OTHER_SERVER_MS_MAX = 1_000;

/** What a statement gave: its rows, or the state it ended in. */
type Outcome = readonly (readonly (string | null)[])[] | string;

/**
 * Whatever the servers remember of grants, groups, tokens, policies and definitions must not outlive a change: not by one request
 * in the server that made it, not by a second in another one on the same database.
 */
describe("what two servers on one database remember", () => {
  let database: FreshDatabase;
  let folder: string;
  let here: Platform;
  let there: Platform;
  let admin: string;
  let warehouse_id: string;
  let reader: { readonly id: string; readonly token: string };
  let sets = 0;

  before(async () => {
    database = await freshDatabase();
    folder = await mkdtemp(join(tmpdir(), "lakeward-remembered-"));
    // Two servers of one deployment share the tables' files.
    await mkdir(join(folder, "here", "tables"), { recursive: true });
    await mkdir(join(folder, "there"));
    await symlink(join(folder, "here", "tables"), join(folder, "there", "tables"));
    const shared = { database_url: database.url, port: 0, tls_port: 0, log: silentLog, progress: () => {} };
    const master_key = randomBytes(32).toString("base64");
    here = await boot({ ...shared, data_dir: join(folder, "here"), master_key });
    there = await boot({ ...shared, data_dir: join(folder, "there"), master_key });
    admin = (await readFile(here.admin_token_path, "utf8")).trim();
    warehouse_id = here.services.sql.warehouses.own;
    const { identity } = here.services;
    const user = await identity.users.create({ name: "reader@cache.org" });
    reader = { id: user.id, token: (await identity.tokens.create(user.id)).token };
    await must("CREATE CATALOG lake");
    await must("GRANT USE CATALOG ON CATALOG lake TO `reader@cache.org`");
    await send(here, admin, "PATCH", `/api/2.0/permissions/warehouses/${warehouse_id}`, {
      access_control_list: [{ group_name: "account users", permission_level: "CAN_USE" }],
    });
  });

  after(async () => {
    await there?.close();
    await here?.close();
    await database?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function send(at: Platform, token: string, method: string, path: string, body?: object) {
    const response = await fetch(`http://localhost:${at.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async function run(at: Platform, token: string, statement: string): Promise<Outcome> {
    const path = "/api/2.0/sql/statements";
    const { status, body } = await send(at, token, "POST", path, { statement, warehouse_id, wait_timeout: "50s" });
    if (status !== 200) return `HTTP ${status}`;
    const { state, error } = body.status as { state: string; error?: { message: string } };
    if (state !== "SUCCEEDED") return `${state}: ${error?.message}`;
    return (body.result as { data_array?: Outcome }).data_array ?? [];
  }

  async function must(statement: string): Promise<void> {
    const outcome = await run(here, admin, statement);
    assert.notEqual(typeof outcome, "string", `${statement}: ${String(outcome)}`);
  }

  /** A schema of this attack's own with a table that the reader may read. */
  async function schemaOf(): Promise<string> {
    sets += 1;
    const schema = `lake.s${sets}`;
    await must(`CREATE SCHEMA ${schema}`);
    await must(`CREATE TABLE ${schema}.t AS SELECT * FROM VALUES (1, 'eu'), (2, 'us') AS v(id, region)`);
    await must(`GRANT USE SCHEMA ON SCHEMA ${schema} TO \`reader@cache.org\``);
    await must(`GRANT SELECT ON TABLE ${schema}.t TO \`reader@cache.org\``);
    return schema;
  }

  const all = [
    ["1", "eu"],
    ["2", "us"],
  ];
  const rows = (schema: string) => `SELECT id, region FROM ${schema}.t ORDER BY id`;

  /** The statement gives `earlier` on both, so that both remember; after the change the second gives `later`. */
  async function seesChange(
    token: string,
    statement: string,
    earlier: (outcome: Outcome) => void,
    change: () => Promise<unknown>,
    later: (outcome: Outcome) => void,
  ): Promise<void> {
    for (const at of [here, there, here, there]) earlier(await run(at, token, statement));
    await change();
    const changed_ms = performance.now();
    later(await run(here, token, statement));
    await sleep(Math.max(0, changed_ms + OTHER_SERVER_MS_MAX - performance.now()));
    later(await run(there, token, statement));
  }

  const gives = (expected: Outcome) => (outcome: Outcome) => assert.deepEqual(outcome, expected);
  const refused = (outcome: Outcome) =>
    assert.match(String(outcome), /^(FAILED: .*(does not exist|does not have)|HTTP 40[134])/);

  it("a SELECT that is revoked", async () => {
    const schema = await schemaOf();
    const revoke = () => must(`REVOKE SELECT ON TABLE ${schema}.t FROM \`reader@cache.org\``);
    await seesChange(reader.token, rows(schema), gives(all), revoke, refused);
  });

  it("a USE SCHEMA above the table that is revoked", async () => {
    const schema = await schemaOf();
    const revoke = () => must(`REVOKE USE SCHEMA ON SCHEMA ${schema} FROM \`reader@cache.org\``);
    await seesChange(reader.token, rows(schema), gives(all), revoke, refused);
  });

  it("a membership that ends, of a group in a group", async () => {
    const schema = await schemaOf();
    await must(`REVOKE SELECT ON TABLE ${schema}.t FROM \`reader@cache.org\``);
    const { groups } = here.services.identity;
    const [outer, inner] = [await groups.create({ name: "outer" }), await groups.create({ name: "inner" })];
    await groups.addMember(outer.id, inner.id);
    await groups.addMember(inner.id, reader.id);
    await must(`GRANT SELECT ON TABLE ${schema}.t TO \`outer\``);
    const leave = () => groups.removeMember(outer.id, inner.id);
    await seesChange(reader.token, rows(schema), gives(all), leave, refused);
  });

  it("a person who is deactivated", async () => {
    const schema = await schemaOf();
    const { users, tokens } = here.services.identity;
    const user = await users.create({ name: "leaver@cache.org" });
    const { token } = await tokens.create(user.id);
    for (const on of ["CATALOG lake", `SCHEMA ${schema}`]) {
      await must(`GRANT ${on.startsWith("C") ? "USE CATALOG" : "USE SCHEMA"} ON ${on} TO \`leaver@cache.org\``);
    }
    await must(`GRANT SELECT ON TABLE ${schema}.t TO \`leaver@cache.org\``);
    await seesChange(token, rows(schema), gives(all), () => users.setActive(user.id, false), gives("HTTP 401"));
  });

  it("a person who is deleted over SCIM", async () => {
    const { users, tokens } = here.services.identity;
    const user = await users.create({ name: "deleted@cache.org" });
    const { token } = await tokens.create(user.id);
    const remove = async () => {
      const response = await fetch(`http://localhost:${here.port}/api/2.0/preview/scim/v2/Users/${user.id}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${admin}` },
      });
      assert.equal(response.status, 204);
    };
    await seesChange(token, "SELECT 1", gives([["1"]]), remove, gives("HTTP 401"));
  });

  it("a personal token that is revoked", async () => {
    const { tokens } = here.services.identity;
    const made = await tokens.create(reader.id);
    await seesChange(made.token, "SELECT 1", gives([["1"]]), () => tokens.revoke(made.id), gives("HTTP 401"));
  });

  it("a personal token that comes to its end, without any change", async () => {
    const { token } = await here.services.identity.tokens.create(reader.id, { lifetime_s: 2 });
    const made_ms = performance.now();
    const me = (at: Platform) => send(at, token, "GET", "/api/2.0/preview/scim/v2/Me");
    assert.deepEqual([(await me(here)).status, (await me(there)).status], [200, 200]);
    await sleep(made_ms + 2_000 - performance.now());
    assert.deepEqual([(await me(here)).status, (await me(there)).status], [401, 401]);
  });

  it("a row filter that is set, its function that is replaced, and a mask", async () => {
    const schema = await schemaOf();
    await must(`CREATE FUNCTION ${schema}.keep(r STRING) RETURNS BOOLEAN RETURN r = 'eu'`);
    await must(`CREATE FUNCTION ${schema}.blank(r STRING) RETURNS STRING RETURN 'x'`);
    const filter = () => must(`ALTER TABLE ${schema}.t SET ROW FILTER ${schema}.keep ON (region)`);
    await seesChange(reader.token, rows(schema), gives(all), filter, gives([["1", "eu"]]));
    const replace = () => must(`CREATE OR REPLACE FUNCTION ${schema}.keep(r STRING) RETURNS BOOLEAN RETURN r = 'us'`);
    await seesChange(reader.token, rows(schema), gives([["1", "eu"]]), replace, gives([["2", "us"]]));
    const mask = () => must(`ALTER TABLE ${schema}.t ALTER COLUMN region SET MASK ${schema}.blank`);
    await seesChange(reader.token, rows(schema), gives([["2", "us"]]), mask, gives([["2", "x"]]));
  });

  it("a policy by tags that is made, a tag that is put on and taken away, on a column and on a schema, and what it excepts", async () => {
    const schema = await schemaOf();
    await must(`CREATE FUNCTION ${schema}.blank(r STRING) RETURNS STRING RETURN 'x'`);
    await must("CREATE GOVERNED TAG remembered");
    await must("CREATE GOVERNED TAG closed");
    const { groups } = here.services.identity;
    const exempt = await groups.create({ name: "exempt" });
    const blank = gives([
      ["1", "x"],
      ["2", "x"],
    ]);
    const tag = () => must(`ALTER TABLE ${schema}.t ALTER COLUMN region SET TAGS ('remembered')`);
    const untag = () => must(`ALTER TABLE ${schema}.t ALTER COLUMN region UNSET TAGS ('remembered')`);
    const policy = (when: string) =>
      must(`CREATE OR REPLACE POLICY p ON SCHEMA ${schema} COLUMN MASK ${schema}.blank TO \`account users\` EXCEPT exempt
        FOR TABLES ${when} MATCH COLUMNS has_tag('remembered') r ON COLUMN r`);
    await tag();
    await seesChange(reader.token, rows(schema), gives(all), () => policy(""), blank);
    await seesChange(reader.token, rows(schema), blank, untag, gives(all));
    await seesChange(reader.token, rows(schema), gives(all), tag, blank);
    await seesChange(reader.token, rows(schema), blank, () => groups.addMember(exempt.id, reader.id), gives(all));
    await seesChange(reader.token, rows(schema), gives(all), () => groups.removeMember(exempt.id, reader.id), blank);
    await seesChange(reader.token, rows(schema), blank, () => policy("WHEN has_tag('closed')"), gives(all));
    const close = () => must(`ALTER SCHEMA ${schema} SET TAGS ('closed')`);
    await seesChange(reader.token, rows(schema), gives(all), close, blank);
    const ungovern = () => must("DROP GOVERNED TAG remembered");
    const lost = (outcome: Outcome) => assert.match(String(outcome), /UC_ABAC_UNKNOWN_TAG_POLICY/);
    await seesChange(reader.token, rows(schema), blank, ungovern, lost);
    await seesChange(reader.token, rows(schema), lost, () => must(`DROP POLICY p ON SCHEMA ${schema}`), gives(all));
  });

  it("a table that is dropped and made again, of which no grant is left", async () => {
    const schema = await schemaOf();
    const again = async () => {
      await must(`DROP TABLE ${schema}.t`);
      await must(`CREATE TABLE ${schema}.t AS SELECT 3 AS id, 'secret' AS region`);
    };
    await seesChange(reader.token, rows(schema), gives(all), again, refused);
  });

  it("a view's text, and its owner, by whom it lends", async () => {
    const schema = await schemaOf();
    await must(`REVOKE SELECT ON TABLE ${schema}.t FROM \`reader@cache.org\``);
    await must(`CREATE VIEW ${schema}.v AS SELECT id FROM ${schema}.t`);
    await must(`GRANT SELECT ON TABLE ${schema}.v TO \`reader@cache.org\``);
    const seen = `SELECT id FROM ${schema}.v ORDER BY id`;
    const text = () => must(`CREATE OR REPLACE VIEW ${schema}.v AS SELECT id FROM ${schema}.t WHERE id = 2`);
    await seesChange(reader.token, seen, gives([["1"], ["2"]]), text, gives([["2"]]));
    await here.services.identity.users.create({ name: "poor@cache.org" });
    const owner = () => must(`ALTER VIEW ${schema}.v OWNER TO \`poor@cache.org\``);
    await seesChange(reader.token, seen, gives([["2"]]), owner, refused);
  });

  it("a view's owner who leaves the group by which the view lends", async () => {
    const schema = await schemaOf();
    await must(`REVOKE SELECT ON TABLE ${schema}.t FROM \`reader@cache.org\``);
    const { users, groups } = here.services.identity;
    const owner = await users.create({ name: "lender@cache.org" });
    const group = await groups.create({ name: "lenders" });
    await groups.addMember(group.id, owner.id);
    await must("GRANT USE CATALOG ON CATALOG lake TO `lenders`");
    await must(`GRANT USE SCHEMA ON SCHEMA ${schema} TO \`lenders\``);
    await must(`GRANT SELECT ON TABLE ${schema}.t TO \`lenders\``);
    await must(`CREATE VIEW ${schema}.v AS SELECT id, region FROM ${schema}.t`);
    await must(`ALTER VIEW ${schema}.v OWNER TO \`lender@cache.org\``);
    await must(`GRANT SELECT ON TABLE ${schema}.v TO \`reader@cache.org\``);
    const leave = () => groups.removeMember(group.id, owner.id);
    await seesChange(reader.token, `SELECT id, region FROM ${schema}.v ORDER BY id`, gives(all), leave, refused);
  });

  it("what an agent declared, by which its tokens are narrowed", async () => {
    const { gate, agents, identity } = here.services;
    const who = await identity.authenticate(`Bearer ${admin}`);
    const request = { request_id: "agent", trace_id: "0".repeat(32), source_ip: "127.0.0.1", user_agent: "test" };
    const code = { folder: folder, entry: "agent.ts", dependencies: [] };
    const declared = (scopes: readonly Scope[]) =>
      ({ kind: "agent", name: "cache-agent", description: "", code, scopes, resources: [] }) as const;
    const creating = await gate.enter(who, "endpoint.create", workspace, new Doorway("http", request));
    await agents.endpoints.create(creating, declared(["all-apis"]));
    const scopesAt = async (at: Platform) => (await at.services.agents.actors.find("agent", "cache-agent"))?.scopes;
    for (const at of [here, there, here, there]) assert.deepEqual(await scopesAt(at), ["all-apis"]);
    const updating = await gate.enter(who, "endpoint.update", endpoint("cache-agent"), new Doorway("http", request));
    await agents.endpoints.update(updating, declared(["genie"]));
    const changed_ms = performance.now();
    assert.deepEqual(await scopesAt(here), ["genie"]);
    await sleep(changed_ms + OTHER_SERVER_MS_MAX - performance.now());
    assert.deepEqual(await scopesAt(there), ["genie"]);
  });

  it("a grant that is made, at once on the other server too, since no refusal rests on what is remembered", async () => {
    const schema = await schemaOf();
    await must(`REVOKE SELECT ON TABLE ${schema}.t FROM \`reader@cache.org\``);
    for (const at of [here, there]) refused(await run(at, reader.token, rows(schema)));
    await must(`GRANT SELECT ON TABLE ${schema}.t TO \`reader@cache.org\``);
    for (const at of [there, here]) assert.deepEqual(await run(at, reader.token, rows(schema)), all);
  });

  it("a revoked right stays revoked while readers load what it rests on, and grants come and go", async () => {
    const schema = await schemaOf();
    let isOver = false;
    const readers = [here, here, there].map(async (at) => {
      while (!isOver) await run(at, reader.token, `SELECT count(*) FROM ${schema}.t`);
    });
    for (let i = 0; i < 6; i += 1) {
      await must(`REVOKE SELECT ON TABLE ${schema}.t FROM \`reader@cache.org\``);
      refused(await run(here, reader.token, rows(schema)));
      await must(`GRANT SELECT ON TABLE ${schema}.t TO \`reader@cache.org\``);
      assert.deepEqual(await run(here, reader.token, rows(schema)), all);
    }
    isOver = true;
    await Promise.all(readers);
  });
});
