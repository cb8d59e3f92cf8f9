import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { providePython } from "../../tools/python.ts";
import { trusting } from "../world/board-server.ts";
import { freePort } from "../world/free-port.ts";
import { type Environment, run } from "../world/program.ts";
import { runPython } from "./python-program.ts";

const python = await providePython(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

describe("the Databricks SDK for Python, as a service principal", { skip }, () => {
  let data_dir: string;
  let platform: Platform;
  let environment: Environment;
  let application_id: string;
  let secret: string;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-secret-"));
    const tls_port = await freePort();
    const host = `https://localhost:${tls_port}`;
    platform = await boot({ data_dir, port: 0, tls_port, public_url: host, log: silentLog, progress: () => {} });
    const { identity } = platform.services;
    const robot = await identity.servicePrincipals.create({ display_name: "robot" });
    const admins = await identity.groups.find("admins");
    await identity.groups.addMember(admins!.id, robot.id);
    ({ secret } = await identity.secrets.create(robot.id));
    application_id = robot.name;
    environment = { ...trusting(platform.ca_path, data_dir), DATABRICKS_HOST: host };
  });

  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  it("gets its token by client_credentials and does with it what its groups may", async () => {
    const client = { ...environment, DATABRICKS_CLIENT_ID: application_id, DATABRICKS_CLIENT_SECRET: secret };
    const done = await runPython<Record<string, never>>(interpreter, "administer.py", client, "of_secret");
    assert.equal(done.auth_type, "oauth-m2m");
    assert.equal(done.me, application_id);
    assert.deepEqual(done.schemas, ["of_secret.s"]);
    assert.deepEqual(done.grants, {
      privilege_assignments: [{ principal: "account users", privileges: ["USE_CATALOG"] }],
    });
    assert.deepEqual(done.rows, [["42", application_id, "2020-02-29", null]]);
  });

  it("is told that its secret is wrong", async () => {
    const client = { ...environment, DATABRICKS_CLIENT_ID: application_id, DATABRICKS_CLIENT_SECRET: "wrong" };
    const program = "from databricks.sdk import WorkspaceClient; WorkspaceClient().current_user.me()";
    const { status, stderr } = await run(interpreter, ["-c", program], client);
    assert.equal(status, 1);
    assert.match(stderr, /invalid_client: Client authentication failed/);
  });
});
