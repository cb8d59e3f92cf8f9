import type { Execute } from "./migration.ts";

/** The deployment's own ids, minted at the first start. */
export async function up(execute: Execute): Promise<void> {
  await execute(`CREATE TABLE site (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    account_id text NOT NULL,
    metastore_id text NOT NULL,
    workspace_id text NOT NULL
  )`);
}
