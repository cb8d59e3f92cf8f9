import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLog } from "#base/log.ts";
import { startCluster } from "#db/mod.ts";
import { isPostmaster, killAll, processes, stillRunning, tree } from "../durability/processes.ts";
import { freePorts, type Place, ServerProcess } from "../durability/server-process.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** In it root may make no further namespace. It needs one namespace itself, and is root in it whoever runs the tests. */
const WITHOUT_NAMESPACES = [
  ...["unshare", "--user", "--map-root-user", "sh", "-c"],
  'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"',
  "sh",
];
const [program = "", ...args] = [...WITHOUT_NAMESPACES, "true"];
const noNamespaces = spawnSync(program, args).status === 0 ? false : "no user namespace may be made here";

/** Its path has a space in it, and only its owner may enter it. */
const directory = realpathSync(mkdtempSync(join(tmpdir(), "lakeward start-")));
after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));

/** Where the tests start their servers, one after the other. */
const [port = 0, tls_port = 0] = await freePorts(2);
const place: Place = { data_dir: join(directory, "data"), port, tls_port, flags: ["--no-sample"] };

/** A server that is ended with all it started when the test is over, however that goes. */
function startServer(context: TestContext, place: Place): ServerProcess {
  const server = new ServerProcess(place);
  context.after(() => killAll(tree(server.pid)));
  return server;
}

/** Waits for a server that does not come up. @returns its exit code and the last line of what it said. */
async function refusal(server: ServerProcess): Promise<{ readonly code: number | null; readonly line: string }> {
  await assert.rejects(server.ready());
  return { code: await server.stop(), line: server.said.trim().split("\n").at(-1) ?? "" };
}

/** What works in a data directory: by its command line, whoever started it. */
const runningIn = ({ data_dir }: Place) => processes().filter(({ command }) => command.includes(data_dir));

const isServed = async ({ port }: Place): Promise<boolean> =>
  (await fetch(`http://localhost:${port}/.well-known/databricks-config`)).ok;

describe("a server that cannot start says why in one line, exits with 1 and leaves nothing running", () => {
  for (const flag of ["port", "tls_port"] as const) {
    it(`names a busy port and its flag: ${flag}`, async (context) => {
      const other = createServer().listen(place[flag], "127.0.0.1");
      await once(other, "listening");
      context.after(() => other.close());
      const { code, line } = await refusal(startServer(context, place));
      const said = `Port ${place[flag]} is in use by another process. Stop that one, or choose another port by --`;
      assert.deepEqual([code, line], [1, `${said}${flag.replace("_", "-")}.`]);
      assert.deepEqual(runningIn(place), []);
    });
  }

  it("names the server that holds the data directory, which goes on", async (context) => {
    const first = await startServer(context, place).ready();
    const { code, line } = await refusal(startServer(context, { ...place, port: 0, tls_port: 0 }));
    assert.equal(code, 1);
    assert.match(line, new RegExp(`in use by another Lakeward server \\(process ${first.pid}\\).*--data-dir`));
    assert.ok(await isServed(place));
    assert.equal(await first.stop(), 0);
    assert.deepEqual(runningIn(place), []);
  });

  it("says what root can do where it may make no user namespace", { skip: noNamespaces }, async (context) => {
    const { code, line } = await refusal(startServer(context, { ...place, prefix: WITHOUT_NAMESPACES }));
    assert.equal(code, 1);
    assert.match(
      line,
      /^Postgres does not run as root, and root may not use a user namespace here \(unshare.*DATABASE_URL/,
    );
    assert.deepEqual(runningIn(place), []);
  });

  it("names a flag that it does not know", async (context) => {
    const { code, line } = await refusal(startServer(context, { ...place, flags: ["--prot", "1"] }));
    assert.equal(code, 1);
    assert.match(line, /--prot/);
  });
});

describe("a server that is told to end", () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`ends all it started and exits with 0, also when told twice: ${signal}`, async (context) => {
      const server = await startServer(context, place).ready();
      const started = tree(server.pid);
      assert.ok(started.some(isPostmaster), "Postgres is among what it started");
      process.kill(server.pid, signal);
      process.kill(server.pid, signal);
      await server.ended();
      assert.equal(await server.stop(), 0, server.said);
      assert.deepEqual(stillRunning(started), []);
    });
  }

  it("ends in the midst of its start, with the status of what was interrupted", async (context) => {
    const server = startServer(context, place);
    while (server.isRunning && !server.said.includes("Starting Postgres")) await sleep(5);
    process.kill(server.pid, "SIGTERM");
    await server.ended();
    assert.equal(await server.stop(), 130, server.said);
    assert.deepEqual(runningIn(place), []);
    assert.equal(await (await startServer(context, place).ready()).stop(), 0);
  });
});

describe("a server that was killed", () => {
  it("hinders no later one, whose start leaves a Postgres of another directory alone", async (context) => {
    const elsewhere = await startCluster({ data_dir: join(directory, "other"), log: silentLog });
    context.after(() => elsewhere.stop());
    const killed = await startServer(context, place).ready();
    const left = tree(killed.pid).filter(isPostmaster);
    process.kill(killed.pid, "SIGKILL");
    await killed.ended();
    assert.deepEqual(stillRunning(left), left);
    const next = await startServer(context, place).ready();
    assert.deepEqual(stillRunning(left), []);
    assert.ok(await isServed(place));
    assert.equal(await next.stop(), 0);
    assert.ok(processes().some(({ pid }) => pid === elsewhere.pid));
    assert.deepEqual(runningIn(place), []);
  });
});

describe("a server whose output nobody reads any more", () => {
  it("goes on, also with its input closed from the start", async (context) => {
    const { data_dir, port, tls_port } = place;
    const flags = ["--no-sample", "--data-dir", data_dir, "--port", String(port), "--tls-port", String(tls_port)];
    const command = ["-c", 'exec "$@" <&-', "sh", process.execPath, MAIN, ...flags];
    const server = spawn("sh", command, { stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(server, "exit");
    context.after(() => killAll(tree(server.pid ?? 0)));
    await once(server.stdout, "data");
    server.stdout.destroy();
    server.stderr.destroy();
    while (server.exitCode === null && !(await isServed(place).catch(() => false))) await sleep(50);
    server.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(runningIn(place), []);
  });
});
