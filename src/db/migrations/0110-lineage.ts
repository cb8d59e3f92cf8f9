import type { Execute } from "./migration.ts";

/** Finds the records that tell lineage, in order; and, of those that tell of something written, all that name a table. */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    CREATE INDEX audit_record_lineage ON audit_record (number) WHERE record #> '{outcome,lineage}' IS NOT NULL;
    CREATE INDEX audit_record_lineage_names ON audit_record
      USING gin (jsonb_path_query_array(record, '$.outcome.lineage.*.name'))
      WHERE record #> '{outcome,lineage,target,name}' IS NOT NULL;
  `);
}
