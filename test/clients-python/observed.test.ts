import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { providePython } from "../../tools/python.ts";
import { freePort } from "../world/free-port.ts";
import { runPython } from "./python-program.ts";

const python = await providePython(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

describe("the Databricks SDK for Python, at what an endpoint tells of itself", { skip }, () => {
  let data_dir: string;
  let platform: Platform;
  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-observed-"));
    platform = await boot({ data_dir, port: await freePort(), tls_port: 0, log: silentLog, progress: () => {} });
  });
  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  it("reads its OpenAPI document, its metrics, and why a model has no logs", async () => {
    const environment = {
      PATH: process.env.PATH ?? "",
      HOME: data_dir,
      DATABRICKS_HOST: `http://localhost:${platform.port}`,
      DATABRICKS_TOKEN: (await readFile(platform.admin_token_path, "utf8")).trim(),
    };
    const done = await runPython<Record<string, unknown>>(interpreter, "observed.py", environment);
    assert.deepEqual(done, {
      openapi: ["3.1.0", "depth", ["/invocations"]],
      types: {
        request_count_total: "gauge",
        request_4xx_count_total: "gauge",
        request_5xx_count_total: "gauge",
        request_latency_ms: "histogram",
      },
      logs: ["BAD_REQUEST", "'offline' is a model without a process of its own here: it has no logs. Agents have."],
      build_logs: [
        "BAD_REQUEST",
        "Nothing is built for what this server serves, so that there are no build logs. What an agent writes is at '.../logs'.",
      ],
      unserved: ["RESOURCE_DOES_NOT_EXIST", "The serving endpoint 'depth' serves no model 'nothing'."],
    });
  });
});
