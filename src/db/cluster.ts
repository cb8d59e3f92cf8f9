import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import type { Log } from "#base/log.ts";
import { findBinaries } from "./cluster/binaries.ts";
import { initialize, ROLE } from "./cluster/initialize.ts";
import { lockDataDirectory } from "./cluster/lock.ts";
import { assertOwned } from "./cluster/owner.ts";
import { SOCKET_PORT } from "./cluster/settings.ts";
import { makeSocketDirectory } from "./cluster/socket-directory.ts";
import { SupervisedPostgres } from "./cluster/supervise.ts";
import { unprivilegedPrefix } from "./cluster/unprivileged.ts";

const DATABASE = "lakeward";
const DUPLICATE_DATABASE = "42P04";

/** The embedded Postgres of a data directory, running and watched. */
export interface Cluster {
  /** Where to connect, password included: never log it. */
  readonly url: string;
  /** Process id of its postmaster, while it runs. */
  readonly pid: number | undefined;
  /** Stops Postgres and gives the data directory free. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded Postgres of `data_dir`, made on the first start in `<data_dir>/postgres`. It listens on a Unix socket in
 * a private directory and nowhere else; its password is in this process and in a 0600 file. What an earlier server left
 * running on this directory is stopped first. It is started again when it crashes.
 * @throws Fault RESOURCE_CONFLICT when another server holds the directory, INVALID_STATE when Postgres cannot run here (the
 * message says what to do), NOT_IMPLEMENTED when there is no Postgres for this platform.
 */
export async function startCluster(options: { readonly data_dir: string; readonly log: Log }): Promise<Cluster> {
  await mkdir(options.data_dir, { recursive: true, mode: 0o700 });
  const data_dir = await realpath(options.data_dir);
  await assertOwned(data_dir);
  const lock = lockDataDirectory(data_dir);
  try {
    const prefix = unprivilegedPrefix();
    const binaries = await findBinaries(join(data_dir, "postgres.lib"));
    const password = await initialize(data_dir, binaries, prefix);
    const socket_dir = await makeSocketDirectory(data_dir);
    const urlOf = (database: string): string =>
      `postgres://${ROLE}:${password}@${encodeURIComponent(socket_dir)}:${SOCKET_PORT}/${database}`;
    const postgres = new SupervisedPostgres({
      data_dir,
      pgdata: join(data_dir, "postgres"),
      socket_dir,
      binaries,
      prefix,
      url: urlOf("postgres"),
      log: options.log,
    });
    await postgres.start();
    await createDatabase(urlOf("postgres"));
    return {
      url: urlOf(DATABASE),
      get pid() {
        return postgres.pid;
      },
      stop: async () => {
        await postgres.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
  } finally {
    await client.end();
  }
}
