import type { AuditSink, DecisionRecord } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";

export interface MemoryJournal extends AuditSink {
  readonly records: readonly DecisionRecord[];
  /** From here on such records cannot be written. */
  refuse(such: (record: DecisionRecord) => boolean): void;
}

/** A journal that lives as long as the test, and can be read. */
export function memoryJournal(): MemoryJournal {
  const records: DecisionRecord[] = [];
  let isRefused = (_record: DecisionRecord): boolean => false;
  return {
    records,
    refuse: (such) => {
      isRefused = such;
    },
    append: async (record) => {
      if (isRefused(record)) throw new Fault("TEMPORARILY_UNAVAILABLE", "The journal cannot be written.");
      records.push(record);
    },
    appendIn: async (_transaction, record) => void records.push(record),
  };
}
