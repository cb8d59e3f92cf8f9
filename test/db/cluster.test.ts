import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { silentLog } from "#base/log.ts";
import { type Cluster, type Database, openDatabase, startCluster } from "#db/mod.ts";
import { Fault } from "#wire/errors.ts";
import { processesOn } from "../../src/db/cluster/leftovers.ts";
import { lockDataDirectory } from "../../src/db/cluster/lock.ts";
import { assertOwned } from "../../src/db/cluster/owner.ts";
import { unprivilegedPrefix } from "../../src/db/cluster/unprivileged.ts";

function temporaryDirectory(context: TestContext, below = ""): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "lakeward-cluster-")));
  context.after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return join(directory, below);
}

async function query(cluster: Cluster, text: string): Promise<readonly unknown[]> {
  const db = await openDatabase({ url: cluster.url });
  try {
    return (await sql.raw(text).execute(db.kysely)).rows;
  } finally {
    await db.close();
  }
}

/** The rows, once the database is back: each try waits some seconds by itself, and a busy machine takes longer to start Postgres. */
async function answered(db: Database, text: string): Promise<readonly unknown[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return (await sql.raw(text).execute(db.kysely)).rows;
    } catch (thrown) {
      if (tries >= 10) throw thrown;
    }
  }
}

/** Starts a server of its own in another process, which is killed with -9 once it is up and has written a row. */
async function killServer(data_dir: string, victim: "server" | "server and Postgres"): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "cluster-child.ts"), data_dir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const postmaster = await new Promise<number>((resolve) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
  });
  child.kill("SIGKILL");
  if (victim === "server and Postgres") process.kill(postmaster, "SIGKILL");
  await ended;
}

test("a first start makes a private, durable Postgres without a TCP port", async (context) => {
  const data_dir = temporaryDirectory(context);
  const cluster = await startCluster({ data_dir, log: silentLog });
  const [settings] = await query(
    cluster,
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('listen_addresses') AS listen_addresses, current_setting('max_connections') AS max_connections,
       (SELECT datlocale FROM pg_database WHERE datname = current_database()) AS locale`,
  );
  assert.deepEqual(settings, {
    fsync: "on",
    synchronous_commit: "on",
    listen_addresses: "",
    max_connections: "60",
    locale: "C.UTF-8",
  });
  assert.equal(statSync(join(data_dir, "postgres.password")).mode & 0o777, 0o600);
  assert.equal(statSync(join(data_dir, "run")).mode & 0o777, 0o700);
  const forged = cluster.url.replace(/:[^:@]+@/, ":wrong@");
  await assert.rejects(openDatabase({ url: forged }), /password authentication failed/);
  await cluster.stop();
  assert.deepEqual(await processesOn(join(data_dir, "postgres")), []);
});

test("a set-up that a killed server left running, and that still writes, does not hinder the next start", async (context) => {
  const data_dir = temporaryDirectory(context);
  const half_made = join(data_dir, "postgres.new-orphan");
  mkdirSync(half_made);
  const script = `
    const { writeFileSync } = require("node:fs");
    const end_ms = Date.now() + 400;
    writeFileSync(process.argv[1] + "/first", "");
    console.log("writes");
    try {
      for (let i = 0; Date.now() < end_ms; i += 1) writeFileSync(process.argv[1] + "/" + i, "");
    } catch {}`;
  const orphan = spawn(process.execPath, ["-e", script, half_made], { stdio: ["ignore", "pipe", "inherit"] });
  await once(orphan.stdout, "data");
  const cluster = await startCluster({ data_dir, log: silentLog });
  assert.deepEqual(await query(cluster, "SELECT 1 AS one"), [{ one: 1 }]);
  assert.equal(existsSync(half_made), false);
  await cluster.stop();
});

test("a data directory whose path is too long for a socket works too", async (context) => {
  const data_dir = temporaryDirectory(context, "long-".repeat(30));
  mkdirSync(data_dir, { recursive: true });
  const cluster = await startCluster({ data_dir, log: silentLog });
  assert.deepEqual(await query(cluster, "SELECT 1 AS one"), [{ one: 1 }]);
  const socket_dir = readFileSync(join(data_dir, "postgres.socket"), "utf8");
  await cluster.stop();
  rmSync(socket_dir, { recursive: true, force: true });
});

test("a second server on the same data directory is refused, and the first goes on", async (context) => {
  const data_dir = temporaryDirectory(context);
  const cluster = await startCluster({ data_dir, log: silentLog });
  await assert.rejects(
    startCluster({ data_dir, log: silentLog }),
    (error) =>
      error instanceof Fault && error.code === "RESOURCE_CONFLICT" && error.message.includes(`process ${process.pid}`),
  );
  assert.deepEqual(await query(cluster, "SELECT 1 AS one"), [{ one: 1 }]);
  await cluster.stop();
});

test("Postgres is started again when it is killed, and the same pool works on", async (context) => {
  const data_dir = temporaryDirectory(context);
  const cluster = await startCluster({ data_dir, log: silentLog });
  const db = await openDatabase({ url: cluster.url });
  await sql`CREATE TABLE kept AS SELECT 1 AS one`.execute(db.kysely);
  const killed = cluster.pid ?? 0;
  process.kill(killed, "SIGKILL");
  for (let i = 0; i < 200 && (cluster.pid ?? killed) === killed; i += 1) await sleep(25);
  assert.deepEqual(await answered(db, "SELECT one FROM kept"), [{ one: 1 }]);
  assert.notEqual(cluster.pid, killed);
  await db.close();
  await cluster.stop();
});

test("Postgres is started again though the number of the one that was killed now belongs to a foreign process", async (context) => {
  const data_dir = temporaryDirectory(context);
  const cluster = await startCluster({ data_dir, log: silentLog });
  const db = await openDatabase({ url: cluster.url });
  // Of Postgres' own user: a process of anybody else it takes for none.
  const [program = "", ...args] = [...unprivilegedPrefix(), "sleep", "600"];
  const foreign = spawn(program, args, { stdio: "ignore" });
  context.after(() => foreign.kill("SIGKILL"));
  const killed = cluster.pid ?? 0;
  for (const file of [join(data_dir, "postgres", "postmaster.pid"), join(data_dir, "run", ".s.PGSQL.5432.lock")])
    writeFileSync(file, readFileSync(file, "utf8").replace(String(killed), String(foreign.pid)));
  process.kill(killed, "SIGKILL");
  assert.deepEqual(await answered(db, "SELECT 1 AS one"), [{ one: 1 }]);
  await db.close();
  await cluster.stop();
});

test("what a killed server left running is stopped at the next start, that of another directory is not touched", async (context) => {
  const data_dir = temporaryDirectory(context);
  const other = await startCluster({ data_dir: temporaryDirectory(context), log: silentLog });
  for (const victim of ["server", "server and Postgres"] as const) {
    await killServer(data_dir, victim);
    const cluster = await startCluster({ data_dir, log: silentLog });
    assert.deepEqual(await query(cluster, "SELECT count(*)::int > 0 AS is_kept FROM acknowledged"), [
      { is_kept: true },
    ]);
    await cluster.stop();
  }
  assert.deepEqual(await query(other, "SELECT 1 AS one"), [{ one: 1 }]);
  await other.stop();
});

test("a stale postmaster.pid whose number now belongs to a foreign process does not hinder a start", async (context) => {
  const data_dir = temporaryDirectory(context);
  await (await startCluster({ data_dir, log: silentLog })).stop();
  const file = join(data_dir, "postgres", "postmaster.pid");
  assert.equal(existsSync(file), false);
  writeFileSync(file, `${process.pid}\n${join(data_dir, "postgres")}\n1700000000\n5432\n${join(data_dir, "run")}\n\n`);
  const cluster = await startCluster({ data_dir, log: silentLog });
  assert.deepEqual(await query(cluster, "SELECT 1 AS one"), [{ one: 1 }]);
  await cluster.stop();
});

test("a data directory of another user is named, before anything is changed in it", async (context) => {
  const data_dir = temporaryDirectory(context);
  const mine = process.getuid?.() ?? 0;
  const isRefused = (error: unknown): boolean =>
    error instanceof Fault && error.code === "INVALID_STATE" && error.message.includes(`(id ${mine})`);
  await assertOwned(data_dir, mine);
  await assertOwned(join(data_dir, "not there yet"), mine);
  if (mine !== 0) await assert.rejects(assertOwned(data_dir, 0), isRefused);
  mkdirSync(join(data_dir, "postgres"));
  await assert.rejects(assertOwned(data_dir, mine + 1), isRefused);
});

test("a data directory that cannot be written is not said to be in use", (context) => {
  const data_dir = temporaryDirectory(context);
  writeFileSync(join(data_dir, "file"), "");
  for (const path of [join(data_dir, "missing"), join(data_dir, "file")])
    assert.throws(
      () => lockDataDirectory(path),
      (error) => error instanceof Fault && error.code === "INVALID_STATE" && error.message.includes(path),
    );
});
