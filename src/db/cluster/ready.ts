import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** Recovery after a crash replays the write-ahead log, at most a few hundred MB of it. */
const READY_MS_MAX = 120_000;
const POLL_MS = 25;
const CONNECT_MS_MAX = 2_000;

/** Waits until Postgres takes connections. Returns undefined then, or why it gave up. */
export async function waitUntilReady(url: string, signal: AbortSignal): Promise<string | undefined> {
  let last = "no answer";
  for (const end_ms = Date.now() + READY_MS_MAX; Date.now() < end_ms && !signal.aborted; ) {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: CONNECT_MS_MAX,
    });
    // A connection that breaks while it opens is the same answer as one refused: not yet.
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query("SELECT 1");
      return undefined;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
      if ((error as { code?: string }).code === "28P01") return `its password is not the one on file: ${last}`;
    } finally {
      await client.end().catch(() => {});
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
  return `not ready after ${READY_MS_MAX / 1000} s: ${last}`;
}
