/**
 * audit: the one journal of decisions.
 *
 * Owns: the journal on disk, its copy in Postgres, `system.access.audit`, `system.access.table_lineage`,
 *   `system.access.column_lineage`, which are read from it, and what they tell of one table.
 * Never: decides, or keeps a value of any row.
 * Depends on: db, kernel (AuditSink, AuditTrail, Scan), wire, base.
 */
export { createAudit } from "./create.ts";
export type { ColumnNeighbour, Neighbour } from "./neighbours.ts";
