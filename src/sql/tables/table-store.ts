import type { Transaction } from "#kernel/mod.ts";

/** The files that make one version of a table. Version 0 is the empty table that nothing was ever committed to. */
export interface TableVersion {
  readonly table_id: string;
  readonly version: number;
  /** Absolute paths of immutable Parquet files. */
  readonly files: readonly string[];
  readonly rows: number;
  readonly bytes: number;
}

/** A file that the engine wrote at a staged path. */
export interface StagedFile {
  readonly file: string;
  readonly rows: number;
}

export interface Append {
  readonly table_id: string;
  /** The version that the statement read, or `"any"` for a blind append, which depends on none. */
  readonly read_version: number | "any";
  readonly add: readonly StagedFile[];
  /** Who wrote, for the history. */
  readonly by: string;
}

/**
 * Managed tables: immutable Parquet files in the data directory, versions in Postgres. Nothing here checks a right:
 * the planner hands in ids that it got from a permit.
 */
export interface TableStore {
  current(table_id: string): Promise<TableVersion>;
  /** A new path for the engine to write to, in the table's own directory; nothing refers to it until `commit`. */
  stage(table_id: string): Promise<string>;
  /**
   * Makes staged files durable: file and directory are synced. To be awaited before the transaction that commits them opens;
   * `commit` takes the very objects that were synced.
   */
  sync(files: readonly StagedFile[]): Promise<void>;
  /**
   * Adds a version inside `transaction`. @returns its number.
   * @throws Fault RESOURCE_CONFLICT when another version was committed since `read_version`.
   */
  commit(transaction: Transaction, append: Append): Promise<number>;
  /** Removes staged files of a statement that failed before its commit. */
  discard(files: readonly string[]): Promise<void>;
  /** Forgets the versions of dropped tables, inside the transaction that drops them. */
  drop(transaction: Transaction, table_ids: readonly string[]): Promise<void>;
  /** Deletes the files of dropped tables; called after that transaction was committed. */
  removeDropped(table_ids: readonly string[]): Promise<void>;
}
