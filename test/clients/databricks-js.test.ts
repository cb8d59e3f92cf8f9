import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import tls from "node:tls";
import { Config, type ConfigOptions, WorkspaceClient } from "@databricks/sdk-experimental";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { freePort } from "../world/free-port.ts";

describe("the Databricks SDK for JavaScript", () => {
  let data_dir: string;
  let platform: Platform;
  let host: string;
  let pat: ConfigOptions;
  let m2m: ConfigOptions;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-sdk-"));
    const tls_port = await freePort();
    host = `https://localhost:${tls_port}`;
    platform = await boot({ data_dir, port: 0, tls_port, public_url: host, log: silentLog, progress: () => {} });
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), await readFile(platform.ca_path, "utf8")]);
    pat = { host, token: (await readFile(platform.admin_token_path, "utf8")).trim(), authType: "pat" };
    const { identity } = platform.services;
    const robot = await identity.servicePrincipals.create({ display_name: "robot" });
    const admins = await identity.groups.find("admins");
    await identity.groups.addMember(admins!.id, robot.id);
    const { secret } = await identity.secrets.create(robot.id);
    m2m = { host, clientId: robot.name, clientSecret: secret, authType: "oauth-m2m" };
  });

  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  /** The SDK drops a host's port when it resolves its configuration, so the host is set once more after that. */
  async function client(options: ConfigOptions): Promise<WorkspaceClient> {
    const config = new Config(options);
    await config.ensureResolved();
    config.host = host;
    return new WorkspaceClient(config);
  }

  for (const [name, options] of [
    ["a personal access token", () => pat],
    ["a service principal's secret", () => m2m],
  ] as const) {
    it(`with ${name} knows its user, keeps a catalog, grants on it, runs a statement and reads permissions`, async () => {
      const w = await client(options());
      const me = await w.currentUser.me();
      assert.ok(me.userName);
      const catalog = name.includes("token") ? "of_token" : "of_secret";
      await w.catalogs.create({ name: catalog });
      const names: string[] = [];
      for await (const one of w.catalogs.list({})) names.push(one.name!);
      assert.ok(names.includes(catalog));
      const warehouses: string[] = [];
      for await (const one of w.warehouses.list({})) warehouses.push(one.id!);
      // This version of the SDK sends no body with PATCH, so its grants.update cannot say anything to any server.
      await w.statementExecution.executeStatement({
        statement: `GRANT USE CATALOG ON CATALOG ${catalog} TO \`account users\``,
        warehouse_id: warehouses[0]!,
        wait_timeout: "30s",
      });
      const granted = await w.grants.get({ securable_type: "CATALOG", full_name: catalog });
      assert.deepEqual(granted.privilege_assignments, [{ principal: "account users", privileges: ["USE_CATALOG"] }]);
      const done = await w.statementExecution.executeStatement({
        statement: "SELECT :n * 2 AS twice, current_user() AS me",
        warehouse_id: warehouses[0]!,
        wait_timeout: "30s",
        parameters: [{ name: "n", value: "21", type: "INT" }],
      });
      assert.deepEqual(done.result?.data_array, [["42", me.userName]]);
      const permissions = await w.permissions.get({
        request_object_type: "warehouses",
        request_object_id: warehouses[0]!,
      });
      assert.equal(permissions.object_id, `/sql/warehouses/${warehouses[0]}`);
    });
  }
});
