import type { Execute } from "./migration.ts";

/** The journal, as shipped, and up to where each journal is. */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    CREATE TABLE audit_record (
      number bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      key text NOT NULL UNIQUE,
      at timestamptz NOT NULL,
      trace_id text NOT NULL,
      record jsonb NOT NULL
    );
    CREATE INDEX audit_record_trace ON audit_record (trace_id);
    CREATE INDEX audit_record_at ON audit_record (at);

    CREATE TABLE audit_shipped (
      journal text PRIMARY KEY,
      segment integer NOT NULL,
      bytes bigint NOT NULL
    );
  `);
}
