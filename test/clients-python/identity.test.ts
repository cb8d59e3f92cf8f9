import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { providePython } from "../../tools/python.ts";
import { trusting } from "../world/board-server.ts";
import { freePort } from "../world/free-port.ts";
import type { Environment } from "../world/program.ts";
import { runPython } from "./python-program.ts";

const python = await providePython(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

describe("the Databricks SDK for Python, on identity", { skip }, () => {
  let data_dir: string;
  let platform: Platform;
  let done: Readonly<Record<string, unknown>>;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-identity-"));
    const tls_port = await freePort();
    const host = `https://localhost:${tls_port}`;
    platform = await boot({ data_dir, port: 0, tls_port, public_url: host, log: silentLog, progress: () => {} });
    const environment: Environment = {
      ...trusting(platform.ca_path, data_dir),
      DATABRICKS_HOST: host,
      DATABRICKS_TOKEN: (await readFile(platform.admin_token_path, "utf8")).trim(),
    };
    done = await runPython(interpreter, "identity.py", environment);
  });

  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  it("keeps users, groups and service principals: filters, order, pages and patches as it writes them", () =>
    assert.deepEqual(done.scim, {
      members: ["robot"],
      active: false,
      crew: ["Crew 2", "Crew 0"],
      paged: true,
      robots: [true],
      ended: true,
    }));

  it("logs a service principal in by a secret that is limited to scopes", () =>
    assert.deepEqual(done.secrets, { me: true, listed: [true], left: 0 }));

  it("makes tokens, changes and ends them, and exchanges one for an OAuth token", () =>
    assert.deepEqual(done.tokens, {
      comments: ["first start", "desk"],
      scopes: ["scim", "dashboards.genie"],
      owner: true,
      by: ["first start", "desk", "nightly"],
      exchanged: "admin@lakeward.local",
      ended: true,
    }));

  it("keeps federation policies of the account and of a service principal", () =>
    assert.deepEqual(done.federation, {
      name: true,
      audiences: ["other"],
      issuer: "https://idp.example",
      listed: ["board/people"],
      principal: true,
      subjects: ["repo:board/app"],
      ended: true,
    }));

  it("keeps secrets and reads them as notebooks do", () =>
    assert.deepEqual(done.vault, {
      scopes: ["harbour"],
      keys: ["bytes", "text"],
      text: "grüße",
      bytes: "00ff",
      acls: { "admin@lakeward.local": "MANAGE", team: "READ" },
      ended: true,
    }));
});
