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
import { runPython } from "./python-program.ts";

const python = await providePython(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

describe("the Databricks SDK for Python, on access", { skip }, () => {
  let data_dir: string;
  let platform: Platform;
  let done: Readonly<Record<string, unknown>>;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-access-"));
    const tls_port = await freePort();
    const host = `https://localhost:${tls_port}`;
    platform = await boot({ data_dir, port: 0, tls_port, public_url: host, log: silentLog, progress: () => {} });
    done = await runPython(interpreter, "access.py", {
      ...trusting(platform.ca_path, data_dir),
      DATABRICKS_HOST: host,
      DATABRICKS_TOKEN: (await readFile(platform.admin_token_path, "utf8")).trim(),
    });
  });

  after(async () => {
    await platform?.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  it("reads, sets and updates who may have personal tokens, which takes and gives their use", () => {
    const { updated, ...tokens } = done.tokens as Record<string, unknown>;
    assert.equal((updated as unknown[]).length, 2);
    assert.deepEqual(tokens, {
      levels: ["CAN_USE", "CAN_MANAGE"],
      first: ["account users", "admins"],
      set: ["admins"],
      taken: true,
      given: true,
      own: "mine",
      management: true,
    });
  });

  it("keeps OAuth apps of the account", () =>
    assert.deepEqual(done.apps, {
      secret: true,
      redirects: ["https://board.example/other"],
      scopes: ["sql", "dashboards.genie"],
      minutes: 10,
      listed: ["board"],
      ended: true,
    }));

  it("makes, replaces, patches and ends people, groups and programs of the account, which the workspace sees", () =>
    assert.deepEqual(done.account, { user: "Anna", members: ["Anna", "machine"], robot: ["machine"], ended: true }));
});
