import type { DecisionRecord } from "../record.ts";
import type { Transaction } from "./transaction.ts";

/** The one journal. Implemented by audit. */
export interface AuditSink {
  /** Appends a record; resolves when it is on disk. A record whose key is already there changes nothing. */
  append(record: DecisionRecord): Promise<void>;
  /** Writes a record inside the transaction whose effect it tells, so that neither is there without the other. */
  appendIn(transaction: Transaction, record: DecisionRecord): Promise<void>;
}

/** Reads the journal back. Implemented by audit. */
export interface AuditTrail {
  /** All records of a trace in order of time, those not yet shipped included. */
  byTrace(trace_id: string): Promise<readonly DecisionRecord[]>;
}
