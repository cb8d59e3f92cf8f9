import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { DecisionRecord } from "#kernel/mod.ts";

/** The journal as Postgres keeps it. */
export interface AuditRecordTable {
  /** 64 bits, as text: the order in which records arrived. */
  readonly number: Generated<string>;
  /** Request id, hop, permit and phase. */
  readonly key: string;
  readonly at: ColumnType<Date, Date, never>;
  readonly trace_id: string;
  readonly record: JSONColumnType<DecisionRecord, string, never>;
}

/** Up to where each journal is shipped. One server has one journal. */
export interface AuditShippedTable {
  readonly journal: string;
  readonly segment: number;
  readonly bytes: ColumnType<string, number, number>;
}

export interface AuditTables {
  readonly audit_record: AuditRecordTable;
  readonly audit_shipped: AuditShippedTable;
}
