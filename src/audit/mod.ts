/**
 * audit: the one journal of decisions.
 *
 * Owns: the journal on disk, its copy in Postgres, rows on their way to tables, `system.access.audit`, `system.access.table_lineage`,
 *   `system.access.column_lineage`, `system.serving.endpoint_usage`, `system.ai_gateway.usage`, which are read from it, with what
 *   answers cost, and what they tell of one table.
 * Never: decides, or keeps a value of any row but until its table has it.
 * Depends on: db, kernel (AuditSink, AuditTrail, RowJournal, Scan), wire, base.
 */
export { createAudit } from "./create.ts";
export type { ColumnNeighbour, Neighbour } from "./neighbours.ts";
export { createPricing, type Pricing } from "./prices/cost.ts";
export type { PriceRow } from "./prices/lists.ts";
