import type { Execute } from "./migration.ts";

/** In which language a function's body is written; all those before were in SQL. */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    ALTER TABLE routines ADD COLUMN language TEXT NOT NULL DEFAULT 'SQL' CHECK (language IN ('SQL', 'PYTHON'));
  `);
}
