import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import pg from "pg";
import type { Log } from "#base/log.ts";
import { Fault, OUTCOME_UNKNOWN } from "#wire/errors.ts";
import { AskedOften } from "./asked-often.ts";
import { StandsStill, unlessStill } from "./stillness.ts";

/** Connections of one server: a third of the embedded Postgres' 60, so that tools and a second server find room. */
const POOL_CONNECTIONS_MAX = 20;
/** No statement of the control plane needs longer; one that does is a mistake, and would hold locks. */
const STATEMENT_MS_MAX = 30_000;
/** A transaction left open by a mistake holds locks and keeps old row versions alive. */
const IDLE_IN_TRANSACTION_MS_MAX = 30_000;
/** A Postgres that is being started again is usually back sooner. */
const CONNECT_PATIENCE_MS = 5_000;
const CONNECT_RETRY_MS = 50;
const IDLE_CONNECTION_MS = 30_000;

/** Errors after which the same connection attempt may succeed: nobody listens (yet), or Postgres starts, stops or recovers. */
const NOT_YET: ReadonlySet<string | undefined> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "57P01",
  "57P02",
  "57P03",
  "53300",
]);

/**
 * The pool as Kysely wants it. While the database is away, work waits a little, then fails as TEMPORARILY_UNAVAILABLE. `silent_ms` tells for
 * how long the database has said nothing.
 */
export function openPool(url: string, log: Log, silent_ms: () => number): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "lakeward",
    max: POOL_CONNECTIONS_MAX,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    connectionTimeoutMillis: CONNECT_PATIENCE_MS,
    statement_timeout: STATEMENT_MS_MAX,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  const often = new AskedOften();
  let ending = false;
  pool.on("error", (error) => {
    if (!ending) log.warn({ reason: error.message }, "An idle database connection broke; it is replaced.");
  });
  return {
    connect: async () => guard(await connectPatiently(pool), often, silent_ms),
    end: () => {
      ending = true;
      return pool.end();
    },
  };
}

async function connectPatiently(pool: pg.Pool): Promise<pg.PoolClient> {
  for (const end_ms = Date.now() + CONNECT_PATIENCE_MS; ; ) {
    try {
      return await pool.connect();
    } catch (error) {
      if (hasCode(error, DISK_FULL)) throw noRoom(error);
      if (!isDatabaseAway(error)) throw error;
      if (Date.now() >= end_ms) throw away(error);
      await sleep(CONNECT_RETRY_MS);
    }
  }
}

/** A connection whose breaking is an event of that query only: without a listener it would end the process. */
function guard(client: pg.PoolClient, often: AskedOften, silent_ms: () => number): PostgresPoolClient {
  const ignore = (): void => {};
  let broken: unknown;
  let isInTransaction = false;
  client.on("error", ignore);
  const query = async (text: string, values: unknown[] = []): Promise<unknown> => {
    // What broke is rolled back by the database itself; asking for it would only hide why.
    if (broken !== undefined && ROLLBACK.test(text)) return { command: "ROLLBACK", rowCount: 0, rows: [] };
    try {
      const name = often.nameOf(text);
      const asked = client.query(name === undefined ? { text, values } : { name, text, values });
      const result = await unlessStill(asked, silent_ms);
      if (BEGIN.test(text)) isInTransaction = true;
      else if (COMMIT.test(text) || ROLLBACK.test(text)) isInTransaction = false;
      return result;
    } catch (error) {
      if (hasCode(error, CHARACTER_NOT_IN_REPERTOIRE)) throw unstorable(error);
      if (hasCode(error, DISK_FULL)) throw noRoom(error);
      if (!isDatabaseAway(error)) throw error;
      broken = error;
      throw (isInTransaction ? COMMIT : CHANGING).test(text) ? unknownOutcome(error) : away(error);
    }
  };
  return {
    query: query as PostgresPoolClient["query"],
    release: () => {
      client.off("error", ignore);
      client.release(broken !== undefined);
    },
  };
}

/** How Kysely words them. */
const BEGIN = /^(begin|start transaction)\b/i;
const COMMIT = /^commit\b/i;
const ROLLBACK = /^rollback\b/i;
/** What may change something, being a transaction by itself. */
const CHANGING = /\b(insert|update|delete|merge|truncate|create|alter|drop)\b/i;

/** True when the database could not be reached or went away, which says nothing about the statement. */
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error instanceof StandsStill ||
    NOT_YET.has((error as { code?: string }).code) ||
    /^Connection terminated|timeout exceeded when|is not queryable$/.test(error.message)
  );
}

/** SQLSTATE of a text that Postgres cannot hold: of what a JavaScript string can say, only the character U+0000. */
const CHARACTER_NOT_IN_REPERTOIRE = "22021";
/** SQLSTATE of what Postgres found no room for; it has rolled it back. */
const DISK_FULL = "53100";

function hasCode(error: unknown, sqlstate: string): boolean {
  return error instanceof Error && (error as { code?: string }).code === sqlstate;
}

/** No name or value here can have it, so whoever sent it is told, wherever it was sent. */
function unstorable(cause: unknown): Fault {
  return new Fault("INVALID_PARAMETER_VALUE", "A text of the request holds the character U+0000. Leave it out.", {
    cause,
  });
}

function away(cause: unknown): Fault {
  return new Fault("TEMPORARILY_UNAVAILABLE", "The database is not available just now. Try again in a few seconds.", {
    cause,
    internal: String(cause),
  });
}

function noRoom(cause: unknown): Fault {
  return new Fault(
    "TEMPORARILY_UNAVAILABLE",
    "The database's disk is full. Ask an administrator to make room on the disk of the data directory, then try again.",
    { cause, internal: String(cause) },
  );
}

/** The connection broke after a change was asked for and before an answer came: it may be committed, or not. */
function unknownOutcome(cause: unknown): Fault {
  return new Fault(
    "TEMPORARILY_UNAVAILABLE",
    "The database went away before it said whether the change was made. Look whether it was before you ask for it again.",
    { cause, internal: String(cause), reason: OUTCOME_UNKNOWN },
  );
}
