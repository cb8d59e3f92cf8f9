import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { silentLog } from "#base/log.ts";
import { type Cluster, type Database, openDatabase, startCluster } from "#db/mod.ts";
// The test world alone reads the list of migrations past db's door: it names the template after it.
import { migrations } from "../../src/db/migrations/all.ts";

/** A database of one test's own, dropped when it is disposed of. */
export interface FreshDatabase extends AsyncDisposable {
  readonly db: Database;
  readonly url: string;
}

/** One cluster for a whole run of tests; its `url` goes into LAKEWARD_TEST_CLUSTER of each test process. */
export interface SharedCluster extends AsyncDisposable {
  readonly url: string;
}

/** An immediate shutdown takes milliseconds; more on a busy machine. */
const EXIT_WAIT_MS_MAX = 5_000;
const EXIT_POLL_MS = 10;

/** Serialises the making of the template among test processes. */
const TEMPLATE_LOCK = 0x7465_7374;

/**
 * A new, migrated database in the run's cluster, or in one of this process's own: empty, or a copy of the one at `copy_of`, to
 * which nobody may be connected meanwhile.
 */
export async function freshDatabase(copy_of?: string): Promise<FreshDatabase> {
  const cluster_url = await clusterUrl();
  const template = copy_of?.replace(/^.*\//, "") ?? (await ensureTemplate(cluster_url));
  const name = `test_${randomBytes(8).toString("hex")}`;
  await administer(cluster_url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = within(cluster_url, name);
  const db = await openDatabase({ url });
  return {
    db,
    url,
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await administer(cluster_url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Starts the cluster of a run of tests, in a directory of its own among the temporary files. */
export async function startSharedCluster(): Promise<SharedCluster> {
  const { cluster, data_dir } = await startTemporary();
  return {
    url: cluster.url,
    [Symbol.asyncDispose]: async () => {
      await cluster.stop();
      rmSync(data_dir, { recursive: true, force: true });
    },
  };
}

let own: Promise<string> | undefined;

function clusterUrl(): Promise<string> {
  const shared = process.env.LAKEWARD_TEST_CLUSTER;
  if (shared) return Promise.resolve(shared);
  own ??= startOwn();
  return own;
}

async function startOwn(): Promise<string> {
  const { cluster, data_dir } = await startTemporary();
  process.once("exit", () => {
    // Nothing is awaited at exit: the data is thrown away, so Postgres is ended without ceremony.
    if (cluster.pid) process.kill(cluster.pid, "SIGQUIT");
    const pid_file = join(data_dir, "postgres", "postmaster.pid");
    for (let waited_ms = 0; existsSync(pid_file) && waited_ms < EXIT_WAIT_MS_MAX; waited_ms += EXIT_POLL_MS) pause();
    rmSync(data_dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  return cluster.url;
}

/** Blocks: at exit there is no event loop any more. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, EXIT_POLL_MS);
}

async function startTemporary(): Promise<{ cluster: Cluster; data_dir: string }> {
  const data_dir = mkdtempSync(join(tmpdir(), "lakeward-test-"));
  return { cluster: await startCluster({ data_dir, log: silentLog }), data_dir };
}

const templates = new Map<string, Promise<string>>();

function ensureTemplate(cluster_url: string): Promise<string> {
  const known = templates.get(cluster_url);
  if (known) return known;
  const making = makeTemplate(cluster_url);
  templates.set(cluster_url, making);
  return making;
}

/** Named after the migrations' own text, so that a cluster that outlives an edit is not used stale. */
async function makeTemplate(cluster_url: string): Promise<string> {
  const text = migrations.map((each) => `${each.name}\n${each.up}`).join("\n");
  const name = `template_${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  const client = new pg.Client({ connectionString: cluster_url });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount) return name;
    await client.query(`DROP DATABASE IF EXISTS ${name}_half_made WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name}_half_made`);
    const db = await openDatabase({ url: within(cluster_url, `${name}_half_made`) });
    await db.close();
    await client.query(`ALTER DATABASE ${name}_half_made RENAME TO ${name}`);
    return name;
  } finally {
    await client.end();
  }
}

async function administer(cluster_url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: cluster_url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function within(cluster_url: string, database: string): string {
  return cluster_url.replace(/[^/]*$/, database);
}
