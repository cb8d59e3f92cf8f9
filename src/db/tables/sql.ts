import type { ColumnType } from "kysely";

/** Postgres says a bigint as text. */
type BigInteger = ColumnType<string, number, number>;

/** One version of a managed table. */
export interface SqlTableVersionTable {
  table_id: string;
  version: number;
  /** All rows of this version, and all bytes of its files. */
  rows: BigInteger;
  bytes: BigInteger;
  committed_by: string;
  committed_at: ColumnType<Date, Date, never>;
}

/** An immutable Parquet file: part of every version from `added_in` on, until `removed_in`. */
export interface SqlTableFileTable {
  id: string;
  table_id: string;
  rows: BigInteger;
  bytes: BigInteger;
  added_in: number;
  removed_in: number | null;
}

export interface SqlTableDroppedTable {
  table_id: string;
  dropped_at: ColumnType<Date, Date, never>;
}

export interface SqlTables {
  sql_table_version: SqlTableVersionTable;
  sql_table_file: SqlTableFileTable;
  sql_table_dropped: SqlTableDroppedTable;
}
