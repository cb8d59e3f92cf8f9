import type { Execute } from "./migration.ts";

/** Failed attempts at the login and the token endpoint, counted for all servers on this database. Keys are digests. */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

const statements = [
  `CREATE TABLE failed_attempts (
    key text NOT NULL,
    slot integer NOT NULL,
    failures integer NOT NULL CHECK (failures > 0),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (key, slot)
  )`,
  `CREATE INDEX failed_attempts_end ON failed_attempts (expires_at)`,
  `CREATE TABLE proven_sources (key text PRIMARY KEY, expires_at timestamptz NOT NULL)`,
  `CREATE INDEX proven_sources_end ON proven_sources (expires_at)`,
];
