import type { Permit } from "../permit.ts";
import type { ColumnDefinition } from "./metastore.ts";
import type { Transaction } from "./transaction.ts";

/** Durable appends of single rows to tables. Implemented by sql, over the journal. */
export interface Sink {
  /**
   * The permit's table, to append rows to.
   * @throws Fault INVALID_STATE when it is no table, or has other columns than these.
   */
  open(permit: Permit<"table.insert">, columns: readonly ColumnDefinition[]): Promise<SinkTable>;
}

export interface SinkTable {
  /**
   * Resolves when the row is on disk; from there it gets into the table, once. Values by position, spelled as a Scan's are.
   * @throws Fault TEMPORARILY_UNAVAILABLE when it cannot be written.
   */
  append(values: readonly unknown[]): Promise<void>;
}

/** A row as the journal keeps it until its table has it. It says all that is needed to write it, whatever became of the catalog. */
export interface JournalRow {
  readonly table_id: string;
  /** Types of its columns, as Databricks spells them. */
  readonly types: readonly string[];
  /** Who wrote, for the table's history. */
  readonly by: string;
  readonly values: readonly unknown[];
}

/** The journal's rows. Implemented by audit. */
export interface RowJournal {
  /** Resolves when the row is on disk. @throws Fault TEMPORARILY_UNAVAILABLE when it cannot be written. */
  append(row: JournalRow): Promise<void>;
  /**
   * Resolves when all rows of this table that are on disk now are in the table.
   * @throws Fault TEMPORARILY_UNAVAILABLE when that takes too long.
   */
  shipped(table_id: string): Promise<void>;
  /** Begins to ship them: until then they wait in the journal. @returns what ends it, after the shipment that is on its way. */
  shipTo(tables: RowTables): () => Promise<void>;
}

/** Rows of one table, in files that no version refers to yet. */
export interface StagedRows {
  readonly table_id: string;
  readonly by: string;
  readonly add: readonly { readonly file: string; readonly rows: number }[];
}

/** Takes the journal's rows into tables. Implemented by sql. */
export interface RowTables {
  /** Writes the rows as files, and syncs them. */
  stage(rows: readonly JournalRow[]): Promise<readonly StagedRows[]>;
  /** Adds a version to each table, inside `transaction`. What was dropped since gets nothing: its rows went with it. */
  commit(transaction: Transaction, staged: readonly StagedRows[]): Promise<void>;
}
