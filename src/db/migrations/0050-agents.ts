import type { Execute } from "./migration.ts";

/** Serving endpoints: models and agents. Rights on them are held on the securable of the same name. */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    CREATE TABLE serving_endpoints (
      id text PRIMARY KEY,
      name text NOT NULL UNIQUE CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$'),
      kind text NOT NULL CHECK (kind IN ('foundation_model', 'agent')),
      description text NOT NULL,
      creator text NOT NULL,
      config jsonb NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    )`);
}
