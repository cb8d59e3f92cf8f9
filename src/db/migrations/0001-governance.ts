import type { Execute } from "./migration.ts";

/** The governance version: one row, whose lock also puts changes of grants and policies in an order. */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    CREATE TABLE governance_version (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      version bigint NOT NULL
    );
    INSERT INTO governance_version (version) VALUES (1);
  `);
}
