import type { AuditSink, DecisionRecord } from "#kernel/mod.ts";

/** A journal that lives as long as the test, and can be read. */
export function memoryJournal(): AuditSink & { readonly records: readonly DecisionRecord[] } {
  const records: DecisionRecord[] = [];
  return {
    records,
    append: async (record) => void records.push(record),
    appendIn: async (_transaction, record) => void records.push(record),
  };
}
