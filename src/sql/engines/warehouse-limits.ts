import * as limits from "./limits.ts";

/** What the operator may set of a warehouse; each stands for every statement that runs on it. */
export interface WarehouseLimits {
  /** Engine processes, each with one statement at a time. */
  readonly processes: number;
  /** What one statement may allocate before it spills or gives up. */
  readonly memory_mb: number;
  /** What one statement may spill to disk. */
  readonly spill_mb: number;
  /** What one file may hold that a statement writes. */
  readonly file_mb: number;
  readonly threads: number;
  /** Time of one statement in an engine; none means the statement's own limit alone. */
  readonly statement_s: number;
  /** Statements of one submitter that wait for a process. */
  readonly waiting_per_user_max: number;
}

export const defaultWarehouseLimits: WarehouseLimits = Object.freeze({
  processes: limits.ENGINE_PROCESSES,
  memory_mb: limits.ENGINE_MEMORY_MB,
  spill_mb: limits.ENGINE_SPILL_MB,
  file_mb: limits.ENGINE_FILE_MB,
  threads: limits.ENGINE_THREADS,
  statement_s: limits.ENGINE_STATEMENT_S,
  waiting_per_user_max: limits.ENGINE_WAITING_PER_USER_MAX,
});

/** From what to what each may be set: below, no statement could run; above, nothing would be limited. */
// biome-ignore format: a table is read in columns
export const warehouseLimitBounds: Readonly<Record<keyof WarehouseLimits, { readonly min: number; readonly max: number }>> =
  Object.freeze({
    processes:            { min: 1,   max: 64 },
    memory_mb:            { min: 128, max: 1024 * 1024 },
    spill_mb:             { min: 1,   max: 1024 * 1024 },
    file_mb:              { min: 1,   max: 1024 * 1024 },
    threads:              { min: 1,   max: 64 },
    statement_s:          { min: 1,   max: limits.ENGINE_STATEMENT_S },
    waiting_per_user_max: { min: 1,   max: limits.ENGINE_QUEUE_MAX },
  });
