import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AgentProcess } from "#agents/mod.ts";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import { silentLog } from "#base/log.ts";

const directory = mkdtempSync(join(tmpdir(), "lakeward-agents-"));
const token = join(directory, "admin-token");
const file = join(directory, "part-0.parquet");
writeFileSync(token, "dapi-secret", { mode: 0o600 });
writeFileSync(file, "PAR1");
const agent = new AgentProcess({
  name: "attacker",
  code: {
    folder: fileURLToPath(new URL("./fixtures/attacker", import.meta.url)),
    entry: "agent.ts",
    dependencies: [],
  },
  host: () => "http://localhost:1",
  log: silentLog,
});
let results: JsonObject = {};

before(async () => {
  const input = {
    files: [
      token,
      file,
      "/etc/passwd",
      fileURLToPath(import.meta.url),
      fileURLToPath(new URL("../../package.json", import.meta.url)),
    ],
    writable: join(directory, "written"),
    postgres_port: 1,
    postgres_socket: join(directory, "no-socket"),
  };
  const context = { host: "http://localhost:1", user_token: "t", traceparent: "", request_id: "r1" };
  const events = await Array.fromAsync(agent.request("r1", { input }, context, new AbortController().signal));
  const response = events.at(-1)?.response;
  results = isJsonObject(response) && isJsonObject(response.custom_outputs) ? response.custom_outputs : {};
});
after(async () => {
  await agent.close();
  rmSync(directory, { recursive: true });
});

test("the attempts work where nothing confines them, so that a refusal means something", () => {
  const read = spawnSync(process.execPath, [
    "-e",
    `process.stdout.write(require("fs").readFileSync(${JSON.stringify(token)}))`,
  ]);
  assert.equal(read.stdout.toString(), "dapi-secret");
});

for (const name of [
  "read 0",
  "read 1",
  "read 2",
  "read 3",
  "read 4",
  "open 0",
  "open 1",
  "server environment",
  "server memory map",
  "own environment",
  "list root",
]) {
  test(`an agent cannot read: ${name}`, () => assert.equal(results[name], "ERR_ACCESS_DENIED"));
}

for (const name of ["write", "link out", "report"]) {
  test(`an agent cannot write: ${name}`, () => assert.equal(results[name], "ERR_ACCESS_DENIED"));
}

for (const name of [
  "spawn",
  "fork",
  "cluster",
  "worker",
  "binding",
  "signal the server",
  "open the server's inspector",
  "slow the server",
  "inspector",
]) {
  test(`an agent cannot leave its process: ${name}`, () => assert.equal(results[name], "ERR_ACCESS_DENIED"));
}

test("an agent cannot load native code, a database engine or code from text", () => {
  assert.equal(results.addon, "ERR_DLOPEN_DISABLED");
  assert.doesNotMatch(String(results.sqlite), /SUCCEEDED/);
  assert.equal(results["code from text"], "EvalError");
});

test("an agent's environment holds the documented serving variables and nothing of the server's", () => {
  assert.equal(
    results["environment names"],
    "DATABRICKS_MODEL_SERVING_HOST_URL,DB_MODEL_SERVING_HOST_URL,IS_IN_DATABRICKS_MODEL_SERVING_ENV,IS_IN_DB_MODEL_SERVING_ENV,TZ",
  );
});

test("nothing was let through that this file does not know of", () => {
  const passed = Object.entries(results).filter(([, result]) => String(result).startsWith("SUCCEEDED"));
  assert.deepEqual(passed, []);
  assert.ok(Object.keys(results).length >= 28);
});
