import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { providePython } from "../../tools/python.ts";
import { freePort } from "../world/free-port.ts";
import type { Environment } from "../world/program.ts";
import { runPython } from "./python-program.ts";

const python = await providePython(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

describe("the Databricks SDK for Python, on tags and policies", { skip }, () => {
  let data_dir: string;
  let platform: Platform;
  let environment: Environment;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-attributes-"));
    const port = await freePort();
    platform = await boot({ data_dir, port, tls_port: 0, log: silentLog, progress: () => {} });
    const token = (await readFile(platform.admin_token_path, "utf8")).trim();
    environment = {
      PATH: process.env.PATH ?? "",
      HOME: data_dir,
      DATABRICKS_HOST: `http://localhost:${port}`,
      DATABRICKS_TOKEN: token,
    };
  });

  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  it("governs tags, assigns them, and makes policies by them that are in force at the next statement", async () => {
    const done = await runPython<Record<string, unknown>>(interpreter, "attributes.py", environment);
    assert.deepEqual(done, {
      values: ["name"],
      rules: [{ role: "roles/tagPolicy.assigner", principals: ["groups/account users"] }],
      assigned: ["name", "b"],
      tags: ["free"],
      mask: [
        { function_name: "clinic.ward.end_of", on_column: "n", using: [{ constant: "2" }] },
        [{ alias: "n", condition: "has_tag_value('pii', 'name')" }],
        "CATALOG",
      ],
      governed: [["1", "*ne", "north"]],
      listed: ["ends", "north"],
      exempt: ["admins"],
      unmasked: [["1", "verne", "north"]],
      open: [
        ["1", "verne", "north"],
        ["2", "roe", "south"],
      ],
      gone: ["ResourceDoesNotExist", "RESOURCE_DOES_NOT_EXIST"],
      keys: ["zone"],
    });
  });
});
