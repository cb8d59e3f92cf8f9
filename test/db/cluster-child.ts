/** A server on the data directory it is given: writes a row, says Postgres' process id, and waits to be killed. */
import { sql } from "kysely";
import { silentLog } from "#base/log.ts";
import { openDatabase, startCluster } from "#db/mod.ts";

const WAIT_MS = 30_000;

const cluster = await startCluster({ data_dir: process.argv[2] ?? "", log: silentLog });
const db = await openDatabase({ url: cluster.url });
await sql`CREATE TABLE IF NOT EXISTS acknowledged (at timestamptz)`.execute(db.kysely);
await sql`INSERT INTO acknowledged VALUES (now())`.execute(db.kysely);
setTimeout(() => process.exit(1), WAIT_MS);
process.stdout.write(`${cluster.pid}\n`);
