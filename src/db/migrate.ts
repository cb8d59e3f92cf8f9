import pg from "pg";
import { Fault } from "#wire/errors.ts";
import type { Migration } from "./migrations/migration.ts";

/** Advisory lock under which one server at a time migrates. Any number would do; this one is "lake" in ASCII. */
const MIGRATION_LOCK = 0x6c616b65;

/**
 * Brings the database's schema up to date, each migration in a transaction of its own, and records what ran. Safe to call by
 * several servers at once. Migrations take as long as they take: no statement timeout.
 * @throws Fault INVALID_STATE when the list is out of order, or the database was made by a newer Lakeward.
 */
export async function migrate(url: string, migrations: readonly Migration[]): Promise<void> {
  assertOrdered(migrations);
  const client = new pg.Client({ connectionString: url, application_name: "lakeward-migrate" });
  // A lost connection rejects the running query; the event itself adds nothing.
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await client.query(
      "CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now())",
    );
    const { rows } = await client.query<{ name: string }>("SELECT name FROM migration ORDER BY name");
    const done = new Set(rows.map((row) => row.name));
    const unknown = [...done].find((name) => !migrations.some((each) => each.name === name));
    if (unknown)
      throw new Fault(
        "INVALID_STATE",
        `The database was migrated by a newer Lakeward (${unknown}). Start that version.`,
      );
    for (const migration of migrations) if (!done.has(migration.name)) await apply(client, migration);
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await migration.up(async (statements) => {
      await client.query(statements);
    });
    await client.query("INSERT INTO migration (name) VALUES ($1)", [migration.name]);
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK").catch(() => {});
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault("INTERNAL_ERROR", `Migration ${migration.name} failed: ${reason}. Nothing of it was kept.`, {
      cause,
    });
  }
}

function assertOrdered(migrations: readonly Migration[]): void {
  for (const [i, each] of migrations.entries()) {
    const before = migrations[i - 1]?.name ?? "";
    if (each.name <= before)
      throw new Fault(
        "INVALID_STATE",
        `Migration ${each.name} stands after ${before}: put the list in order of names.`,
      );
  }
}
