import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Fault } from "#wire/errors.ts";
import { startEngine } from "./engine-fixture.ts";

const ENDLESS = "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))";

function childrenOf(parent: number): readonly number[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : []))
    .filter((pid) => commandOf(pid).includes("child.ts"));
}

function commandOf(pid: number): string {
  try {
    return execFileSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" });
  } catch {
    return "";
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`never: ${what}`);
}

describe("engine processes", () => {
  it("hold nothing of the server's environment", async (t) => {
    if (process.platform !== "linux") return t.diagnostic("reads /proc");
    await using fixture = startEngine({ processes: 1 });
    await fixture.run("SELECT 1");
    const [pid] = childrenOf(process.pid);
    assert.ok(pid !== undefined);
    const names = readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .filter((entry) => entry !== "")
      .map((entry) => entry.split("=")[0]);
    assert.deepEqual(
      names.filter((name) => !name?.startsWith("NODE_CHANNEL_")),
      [],
    );
  });

  it("are replaced when they are killed: the statement in them fails, the next one runs", async () => {
    await using fixture = startEngine({ processes: 1 });
    await fixture.run("SELECT 1");
    const [first] = childrenOf(process.pid);
    assert.ok(first !== undefined);
    const running = assert.rejects(fixture.run(ENDLESS), (error) => error instanceof Fault);
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(first, "SIGKILL");
    await running;
    assert.deepEqual((await fixture.run("SELECT 2")).rows, [["2"]]);
    assert.ok(!childrenOf(process.pid).includes(first));
  });

  it("are all back after so many were killed as they started that no more were started", async () => {
    await using fixture = startEngine({ processes: 2 });
    // Until for a while none is there: the pool has given up.
    for (let quiet = 0; quiet < 10; ) {
      const starting = childrenOf(process.pid);
      quiet = starting.length === 0 ? quiet + 1 : 0;
      for (const pid of starting) process.kill(pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual((await fixture.run("SELECT 1")).rows, [["1"]]);
    await until(() => childrenOf(process.pid).length === 2, "both are back");
  });

  it("are gone after close, and what waited or ran has failed", async () => {
    const fixture = startEngine({ processes: 1 });
    await fixture.run("SELECT 1");
    const statements = [fixture.run(ENDLESS), fixture.run("SELECT 2")].map((running) =>
      assert.rejects(running, (error) => error instanceof Fault),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await fixture[Symbol.asyncDispose]();
    await Promise.all(statements);
    assert.deepEqual(childrenOf(process.pid), []);
  });

  it("end with a server that is killed, even while a statement runs", async () => {
    const data_dir = mkdtempSync(join(tmpdir(), "lakeward-orphan-"));
    const script = `
      import { createDuckDbEngine } from ${JSON.stringify(import.meta.resolve("#sql/engines/duckdb/pool.ts"))};
      const log = { info() {}, warn() {}, error() {} };
      const engine = createDuckDbEngine({ data_dir: ${JSON.stringify(data_dir)}, prelude: [], log });
      const run = (sql) => engine.run({
        statement_id: "s", limits: { time_ms: 60000 }, signal: new AbortController().signal, submitter: sql,
        steps: [{ kind: "query", sql, rows_max: 1, bytes_max: 1000 }],
      });
      await Promise.all([run("SELECT 1"), run("SELECT 2")]);
      run(${JSON.stringify(ENDLESS)});
      setTimeout(() => console.log("running"), 200);
    `;
    const server = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(server.stdout, "data");
      assert.ok(server.pid !== undefined);
      const engines = childrenOf(server.pid);
      assert.equal(engines.length, 2);
      server.kill("SIGKILL");
      await until(() => engines.every((pid) => !commandOf(pid).includes("child.ts")), "the engines ended");
    } finally {
      server.kill("SIGKILL");
      rmSync(data_dir, { recursive: true, force: true });
    }
  });
});
