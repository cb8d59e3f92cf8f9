import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { AgentProcess } from "#agents/mod.ts";
import { isJsonObject } from "#base/json.ts";
import { silentLog } from "#base/log.ts";
import { startCluster } from "#db/cluster.ts";

const code = {
  folder: fileURLToPath(new URL("./fixtures/attacker", import.meta.url)),
  entry: "agent.ts",
  dependencies: [],
};

test("an agent that even knows the socket's path cannot log in to the control plane's Postgres, nor read its password", async () => {
  const data_dir = mkdtempSync(join(tmpdir(), "lakeward-agents-pg-"));
  const cluster = await startCluster({ data_dir, log: silentLog });
  const agent = new AgentProcess({ name: "attacker", code, host: () => "http://localhost:1", log: silentLog });
  try {
    const url = new URL(cluster.url);
    const socket_dir = decodeURIComponent(url.hostname || /@([^:/]+):/.exec(cluster.url)![1]!);
    const secrets = filesHolding(data_dir, decodeURIComponent(url.password));
    assert.ok(secrets.length > 0, "the password lies in a file that the server can read");
    const input = {
      files: secrets,
      writable: join(data_dir, "written"),
      postgres_port: 5432,
      postgres_socket: join(socket_dir, ".s.PGSQL.5432"),
    };
    const context = { host: "http://localhost:1", user_token: "t", traceparent: "", request_id: "r1" };
    const events = await Array.fromAsync(agent.request("r1", { input }, context, new AbortController().signal));
    const response = events.at(-1)?.response;
    assert.ok(isJsonObject(response) && isJsonObject(response.custom_outputs));
    const results = response.custom_outputs;
    for (const [i] of secrets.entries()) assert.equal(results[`read ${i}`], "ERR_ACCESS_DENIED");
    assert.match(String(results["postgres over its socket"]), /^refused: (?:R 10|E -1|EACCES)$/);
    assert.match(String(results["postgres over tcp"]), /^refused: /);
  } finally {
    await agent.close();
    await cluster.stop();
    rmSync(data_dir, { recursive: true, force: true });
  }
});

/** Small files directly in the data directory that hold `secret`. */
function filesHolding(directory: string, secret: string): string[] {
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size < 10_000)
    .filter((path) => readFileSync(path, "utf8").includes(secret));
}
