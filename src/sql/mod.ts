/**
 * sql: governed SQL. Statement text in, the rows that its subject may see out.
 *
 * Owns: the dialect, planning, policies at work and what is told of them, lineage, engines, managed tables' files and versions,
 *   appends of single rows to them, statements and their results.
 * Never: decides; keeps a session; lets a text reach an engine that was not resolved, governed and verified.
 * Depends on: kernel and its ports, db (in tables alone), wire, base.
 */

export { createSql, type Sql } from "./create.ts";
export { type WarehouseLimits, warehouseLimitBounds } from "./engines/warehouse-limits.ts";
export { type AskedText, type Asking, EMBEDDINGS } from "./models/asking.ts";
export { parseTagCondition } from "./parse/mod.ts";
export { compilePolicy } from "./policies/policy.ts";
export { awaitingRows } from "./sink/awaited-tables.ts";
export { createSink } from "./sink/sink.ts";
export type { ExecutedStatement } from "./statements/lifecycle.ts";
export type { LoadedFile } from "./statements/load.ts";
export type { WarehouseIdentity } from "./statements/warehouses.ts";
export { openTableStore } from "./tables/store.ts";
