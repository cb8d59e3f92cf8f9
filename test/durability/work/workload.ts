import type { AuditRow } from "../audit.ts";
import type { Caller } from "../caller.ts";
import type { Ledger } from "../ledger.ts";

/** Who works, and where: a schema of the round's own. */
export interface Setting {
  /** Both may write in the schema. */
  readonly writers: readonly [admin: Caller, writer: Caller];
  /** Knows the schema and has no right on what is in it but what is granted in the round. */
  readonly reader: Caller;
  readonly schema: string;
  readonly ledger: Ledger;
}

/** What a check found to be there. */
export interface Found {
  /** Statements whose effect is there. */
  readonly effects: number;
  /** Of them those that nobody was told of. */
  readonly unacknowledged: number;
  /** Answers that it is not known whether the effect is there, with another one since that made it so: each may have a record. */
  readonly unsure: number;
  /** Table files that hold it, what was prepared included. */
  readonly files: number;
}

/** Statements of one kind, by several workers at once, each one after the other. */
export interface Workload {
  readonly name: string;
  readonly workers: number;
  prepare(): Promise<void>;
  /** Sends a worker's next statement. @throws TypeError when there is no answer. */
  next(worker: number): Promise<void>;
  /** Compares what is there with what was acknowledged. @throws AssertionError when anything is lost, half done or there twice. */
  check(): Promise<Found>;
  /** Whether a record of success tells of one of its effects. */
  records(row: AuditRow): boolean;
}
