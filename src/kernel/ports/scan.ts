import type { Permit } from "../permit.ts";
import type { Who } from "../who.ts";

/** A column of a relation, its type spelled as Databricks does: `STRING`, `DECIMAL(10,2)`, `STRUCT<email:STRING>`. */
export interface ScanColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * A named relation whose rows do not lie in files: `system.access.audit`, `information_schema`. The planner copies its rows
 * into the engine. `rows` yields values as JSON carries them, TIMESTAMP as ISO 8601 UTC text, DATE as `YYYY-MM-DD`.
 */
export interface Scan {
  /** Full lower-case name, `system.access.audit`. */
  readonly name: string;
  readonly columns: readonly ScanColumn[];
  rows(
    permit: Permit<"table.read_data">,
    who: Who,
    columns: readonly string[],
  ): AsyncIterable<readonly (readonly unknown[])[]>;
}
