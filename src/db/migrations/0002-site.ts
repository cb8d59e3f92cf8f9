import { type QueryExecutorProvider, sql } from "kysely";

/** The deployment's own ids, minted at the first start. */
export async function up(db: QueryExecutorProvider): Promise<void> {
  await sql`CREATE TABLE site (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    account_id text NOT NULL,
    metastore_id text NOT NULL,
    workspace_id text NOT NULL
  )`.execute(db);
}
