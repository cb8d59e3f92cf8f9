import type { Execute } from "./migration.ts";

/** Versions of managed tables, the files that make them, and the tables that were dropped. */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

const statements = [
  // Two writers that read the same version cannot both add the next one.
  `CREATE TABLE sql_table_version (
    table_id text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    rows bigint NOT NULL,
    bytes bigint NOT NULL,
    committed_by text NOT NULL,
    committed_at timestamptz NOT NULL,
    PRIMARY KEY (table_id, version)
  )`,
  // A file is part of every version from added_in on, until removed_in.
  `CREATE TABLE sql_table_file (
    id text PRIMARY KEY,
    table_id text NOT NULL,
    rows bigint NOT NULL,
    bytes bigint NOT NULL,
    added_in integer NOT NULL,
    removed_in integer CHECK (removed_in > added_in),
    FOREIGN KEY (table_id, added_in) REFERENCES sql_table_version (table_id, version)
  )`,
  `CREATE INDEX sql_table_file_table ON sql_table_file (table_id)`,
  // A writer that began before the drop must find out when it commits.
  `CREATE TABLE sql_table_dropped (
    table_id text PRIMARY KEY,
    dropped_at timestamptz NOT NULL
  )`,
];
