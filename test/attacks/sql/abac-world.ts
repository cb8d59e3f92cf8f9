import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "#base/json.ts";
import { silentLog } from "#base/log.ts";
import { boot } from "../../../src/boot.ts";
import { freshDatabase } from "../../world/database.ts";

/**
 * ada administers. olga owns the catalog `shop`, tina the table shop.hr.people. rita and cora read, cora being in `cleared` by a
 * group's group. mo may write and not read. tag may tag everything, and assign no governed tag; art may assign `pii` and tag
 * nothing. mia makes things in shop.desk. sam holds nothing.
 */
export type Person = "ada" | "olga" | "tina" | "rita" | "cora" | "mo" | "tag" | "art" | "mia" | "sam";

const people: readonly Person[] = ["olga", "tina", "rita", "cora", "mo", "tag", "art", "mia", "sam"];

export interface Answered {
  readonly status: number;
  readonly body: JsonObject;
}

/** What a statement gave: its rows, or the text of its error. */
export type Given = readonly (readonly (string | null)[])[] | string;

export interface AbacWorld extends AsyncDisposable {
  readonly account_id: string;
  sql(person: Person, statement: string): Promise<Given>;
  /** @throws AssertionError when it fails. */
  must(person: Person, ...statements: readonly string[]): Promise<void>;
  send(person: Person, method: string, path: string, body?: object): Promise<Answered>;
  /** Adds to a group, or takes from it. */
  member(person: Person, group: string, is: boolean): Promise<void>;
  dropGroup(group: string): Promise<void>;
  makeGroup(group: string): Promise<void>;
  renameGroup(group: string, name: string): Promise<void>;
}

/** A person's name in grants. */
export const nameOf = (person: Person): string => (person === "ada" ? "admin@lakeward.local" : `${person}@shop.org`);

const all = "`account users`";
const statements: readonly string[] = [
  "CREATE CATALOG shop",
  "CREATE SCHEMA shop.hr",
  "CREATE SCHEMA shop.rules",
  "CREATE SCHEMA shop.desk",
  "CREATE TABLE shop.hr.people (id INT, name STRING, ssn STRING, region STRING)",
  `INSERT INTO shop.hr.people VALUES (1, 'ann', '111-11-1111', 'eu'), (2, 'bob', '222-22-2222', 'us')`,
  "CREATE TABLE shop.hr.open (id INT, note STRING)",
  "INSERT INTO shop.hr.open VALUES (1, 'plain')",
  "CREATE FUNCTION shop.rules.stars(s STRING) RETURNS STRING RETURN '***'",
  "CREATE FUNCTION shop.rules.last(s STRING, n INT) RETURNS STRING RETURN right(s, n)",
  "CREATE FUNCTION shop.rules.eu(r STRING) RETURNS BOOLEAN RETURN r = 'eu'",
  "CREATE FUNCTION shop.rules.nobody() RETURNS BOOLEAN RETURN FALSE",
  "CREATE FUNCTION shop.rules.is_me(n STRING) RETURNS BOOLEAN RETURN n = split(current_user(), '@')[0]",
  "CREATE GOVERNED TAG pii DESCRIPTION 'known by' VALUES ('ssn', 'name')",
  "CREATE GOVERNED TAG geo",
  "CREATE GOVERNED TAG level VALUES ('high', 'low')",
  `GRANT USE CATALOG ON CATALOG shop TO ${all}`,
  `GRANT USE SCHEMA, SELECT ON SCHEMA shop.hr TO \`${nameOf("rita")}\``,
  `GRANT USE SCHEMA, SELECT ON SCHEMA shop.hr TO \`${nameOf("cora")}\``,
  `GRANT USE SCHEMA, MODIFY ON SCHEMA shop.hr TO \`${nameOf("mo")}\``,
  `GRANT USE SCHEMA ON CATALOG shop TO \`${nameOf("tag")}\``,
  `GRANT APPLY TAG ON CATALOG shop TO \`${nameOf("tag")}\``,
  `GRANT USE SCHEMA, SELECT ON SCHEMA shop.hr TO \`${nameOf("art")}\``,
  `GRANT USE SCHEMA ON SCHEMA shop.hr TO \`${nameOf("tina")}\``,
  `GRANT USE SCHEMA, SELECT ON SCHEMA shop.hr TO \`${nameOf("mia")}\``,
  `GRANT USE SCHEMA, CREATE TABLE, CREATE FUNCTION ON SCHEMA shop.desk TO \`${nameOf("mia")}\``,
  `ALTER TABLE shop.hr.people OWNER TO \`${nameOf("tina")}\``,
  `ALTER CATALOG shop OWNER TO \`${nameOf("olga")}\``,
];

/** The shop on a really booted platform; statements and requests come by sockets. */
export async function abacWorld(): Promise<AbacWorld> {
  const database = await freshDatabase();
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-abac-"));
  const platform = await boot({
    data_dir,
    port: 0,
    tls_port: 0,
    database_url: database.url,
    log: silentLog,
    progress: () => {},
  });
  const { identity, site, sql: engine } = platform.services;
  const warehouse_id = engine.warehouses.own;
  const tokens = new Map<Person, string>([["ada", (await readFile(platform.admin_token_path, "utf8")).trim()]]);
  const ids = new Map<Person, string>();
  for (const person of people) {
    const { id } = await identity.users.create({ name: nameOf(person) });
    ids.set(person, id);
    tokens.set(person, (await identity.tokens.create(id)).token);
  }
  const groups = new Map<string, string>();
  const makeGroup = async (name: string): Promise<void> => {
    groups.set(name, (await identity.groups.create({ name })).id);
  };
  for (const name of ["cleared", "doctors"]) await makeGroup(name);
  await identity.groups.addMember(groups.get("cleared")!, groups.get("doctors")!);
  await identity.groups.addMember(groups.get("doctors")!, ids.get("cora")!);

  const send: AbacWorld["send"] = async (person, method, path, body) => {
    const response = await fetch(`http://localhost:${platform.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${tokens.get(person)}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as JsonObject) };
  };
  const sql: AbacWorld["sql"] = async (person, statement) => {
    const asked = { statement, warehouse_id, wait_timeout: "50s" };
    const { body } = await send(person, "POST", "/api/2.0/sql/statements", asked);
    const { state, error } = (body.status ?? {}) as { state?: string; error?: { message: string } };
    if (state !== "SUCCEEDED") return error?.message ?? JSON.stringify(body);
    return ((body.result as JsonObject | undefined)?.data_array ?? []) as Exclude<Given, string>;
  };
  const must: AbacWorld["must"] = async (person, ...all) => {
    for (const statement of all) {
      const given = await sql(person, statement);
      assert.ok(typeof given !== "string", `${person}: ${statement}: ${given}`);
    }
  };
  await send("ada", "PATCH", `/api/2.0/permissions/warehouses/${warehouse_id}`, {
    access_control_list: [{ group_name: "account users", permission_level: "CAN_USE" }],
  });
  await must("ada", ...statements);
  const pii = await send("ada", "GET", "/api/2.1/tag-policies/pii");
  const name = `accounts/${site.account_id}/tagPolicies/${pii.body.id}/ruleSets/default`;
  const grant_rules = [{ role: "roles/tagPolicy.assigner", principals: [`users/${nameOf("art")}`] }];
  const ruled = await send("ada", "PUT", "/api/2.0/preview/accounts/access-control/rule-sets", {
    name,
    rule_set: { name, etag: "", grant_rules },
  });
  assert.equal(ruled.status, 200, JSON.stringify(ruled.body));
  return {
    account_id: site.account_id,
    send,
    sql,
    must,
    makeGroup,
    member: async (person, group, is) => {
      const [id, user] = [groups.get(group)!, ids.get(person)!];
      await (is ? identity.groups.addMember(id, user) : identity.groups.removeMember(id, user));
    },
    dropGroup: async (group) => {
      const { status } = await send("ada", "DELETE", `/api/2.0/preview/scim/v2/Groups/${groups.get(group)}`);
      assert.ok(status < 300, `group ${group}: ${status}`);
    },
    renameGroup: async (group, to) => {
      const { status } = await send("ada", "PATCH", `/api/2.0/preview/scim/v2/Groups/${groups.get(group)}`, {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        Operations: [{ op: "replace", path: "displayName", value: to }],
      });
      assert.ok(status < 300, `group ${group}: ${status}`);
      groups.set(to, groups.get(group)!);
    },
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await database[Symbol.asyncDispose]();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}
