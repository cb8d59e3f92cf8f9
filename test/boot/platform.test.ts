import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

describe("a platform on a fresh data directory", () => {
  let data_dir: string;
  let platform: Platform;
  let admin: string;
  let reader: string;
  let warehouse_id: string;

  const start = (): Promise<Platform> => boot({ data_dir, port: 0, tls_port: 0, log: silentLog, progress: () => {} });

  async function call(token: string | null, method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`http://localhost:${platform.port}${path}`, {
      method,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text) as Record<string, unknown>, text };
  }

  async function sql(token: string, statement: string): Promise<unknown> {
    const { body } = await call(token, "POST", "/api/2.0/sql/statements", {
      statement,
      warehouse_id,
      wait_timeout: "50s",
    });
    const status = body.status as { state: string; error?: { message: string } };
    return status.state === "SUCCEEDED" ? (body.result as { data_array: unknown }).data_array : status.error?.message;
  }

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-boot-"));
    platform = await start();
    admin = (await readFile(platform.admin_token_path, "utf8")).trim();
    const { identity } = platform.services;
    const user = await identity.users.create({ name: "reader@board.org" });
    reader = (await identity.tokens.create(user.id)).token;
    const { body } = await call(admin, "GET", "/api/2.0/sql/warehouses");
    warehouse_id = (body.warehouses as { id: string }[])[0]!.id;
    await call(admin, "PATCH", `/api/2.0/permissions/warehouses/${warehouse_id}`, {
      access_control_list: [{ group_name: "account users", permission_level: "CAN_USE" }],
    });
    for (const statement of [
      "CREATE CATALOG lake",
      "CREATE SCHEMA lake.s",
      "CREATE TABLE lake.s.t AS SELECT * FROM VALUES (1,'eu',10.5),(2,'us',3.25) AS v(id, region, cost)",
      "CREATE FUNCTION lake.s.only_eu(r STRING) RETURNS BOOLEAN RETURN r = 'eu'",
      "CREATE FUNCTION lake.s.finance(c DECIMAL(4,2)) RETURNS DECIMAL(4,2) RETURN CASE WHEN is_account_group_member('finance') THEN c END",
      "CREATE FUNCTION lake.s.costs() RETURNS TABLE (id INT, cost DECIMAL(4,2)) COMMENT 'costs' RETURN SELECT id, cost FROM lake.s.t",
      "ALTER TABLE lake.s.t SET ROW FILTER lake.s.only_eu ON (region)",
      "ALTER TABLE lake.s.t ALTER COLUMN cost SET MASK lake.s.finance",
      "GRANT USE CATALOG ON CATALOG lake TO `reader@board.org`",
      "GRANT USE SCHEMA ON SCHEMA lake.s TO `reader@board.org`",
      "GRANT EXECUTE ON FUNCTION lake.s.costs TO `reader@board.org`",
    ]) {
      assert.deepEqual(await sql(admin, statement), [], statement);
    }
  });

  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  it("keeps the administrator's token and the profile from other users of the machine", async () => {
    for (const path of [platform.admin_token_path, platform.profile_path]) {
      assert.equal((await stat(path)).mode & 0o777, 0o600, path);
    }
  });

  it("tells the caller who it is, and nobody without a token", async () => {
    const { body } = await call(reader, "GET", "/api/2.0/preview/scim/v2/Me");
    assert.equal(body.userName, "reader@board.org");
    const { status, body: refused } = await call(null, "GET", "/api/2.0/preview/scim/v2/Me");
    assert.equal(status, 401);
    assert.match(JSON.stringify(refused), /Bearer/);
  });

  it("answers a hidden table and a missing one alike but for their names and the request id", async () => {
    const hidden = await call(reader, "GET", "/api/2.1/unity-catalog/tables/lake.s.t");
    const missing = await call(reader, "GET", "/api/2.1/unity-catalog/tables/lake.s.x");
    const plain = (answer: Answer): string =>
      answer.text.replace(/"request_id":"[^"]*"/, "").replaceAll("lake.s.t'", "lake.s.x'");
    assert.equal(hidden.status, 404);
    assert.equal(plain(hidden), plain(missing));
  });

  it("applies filter and mask through SQL, and lends a function its owner's access", async () => {
    assert.match(String(await sql(reader, "SELECT * FROM lake.s.t")), /TABLE_OR_VIEW_NOT_FOUND/);
    assert.deepEqual(await sql(reader, "SELECT * FROM lake.s.costs()"), [["1", null]]);
    assert.deepEqual(await sql(admin, "GRANT SELECT ON TABLE lake.s.t TO `reader@board.org`"), []);
    assert.deepEqual(await sql(reader, "SELECT * FROM lake.s.t"), [["1", "eu", null]]);
    assert.deepEqual(await sql(reader, "SELECT count(*) FROM lake.s.t WHERE 1 / (id - 2) <> 5"), [["1"]]);
  });

  it("applies them through MCP too, and names the policies", async () => {
    const { body } = await call(reader, "POST", "/api/2.0/mcp/functions/lake/s", {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "lake__s__costs", arguments: {} },
    });
    const result = body.result as { content: { text: string }[]; _meta: { governance: object } };
    assert.deepEqual((JSON.parse(result.content[0]!.text) as { rows: unknown }).rows, [["1", null]]);
    assert.deepEqual(result._meta.governance, {
      filtered: [{ table: "lake.s.t", policy: "lake.s.only_eu" }],
      masked: [{ table: "lake.s.t", column: "cost", policy: "lake.s.finance" }],
    });
  });

  it("shows administrators the denials on record, and nobody else", async () => {
    const denied = "SELECT count(*) > 0 FROM system.access.audit WHERE decision.effect = 'deny'";
    assert.deepEqual(await sql(admin, denied), [["true"]]);
    assert.match(String(await sql(reader, denied)), /TABLE_OR_VIEW_NOT_FOUND/);
  });

  it("has everything after a restart in the same directory", async () => {
    await platform.close();
    platform = await start();
    assert.deepEqual(await sql(reader, "SELECT id FROM lake.s.t"), [["1"]]);
  });
});
