import type { Execute } from "./migration.ts";

/** Services as securables of a schema, each with its configuration. */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

const statements = [
  // Whatever kinds there are by now stay.
  `DO $$
  DECLARE kinds text;
  BEGIN
    SELECT pg_get_constraintdef(oid) INTO kinds FROM pg_constraint
    WHERE conrelid = 'securables'::regclass AND conname = 'securables_type_check';
    ALTER TABLE securables DROP CONSTRAINT securables_type_check;
    EXECUTE 'ALTER TABLE securables ADD CONSTRAINT securables_type_check ' || replace(kinds, '''ENDPOINT''::text',
      '''ENDPOINT''::text, ''MODEL_SERVICE''::text, ''MODEL_PROVIDER_SERVICE''::text');
  END $$`,
  `CREATE TABLE services (
    id text PRIMARY KEY REFERENCES securables ON DELETE CASCADE,
    config jsonb NOT NULL,
    version integer NOT NULL
  )`,
];
