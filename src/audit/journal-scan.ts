import { assertPermit, type Scan } from "#kernel/mod.ts";
import type { JournalTable } from "./journal-table.ts";
import type { AuditStore } from "./store.ts";

/** A table told by the journal's records, up to the moment of reading. */
export function journalScan(table: JournalTable, store: AuditStore, shipped: () => Promise<void>): Scan {
  const { name, columns, tells } = table;
  return {
    name,
    columns,
    rows: async function* (permit, _who, wanted) {
      assertPermit(permit, "table.read_data");
      if (permit.what.name !== name) throw new TypeError(`This needs a permit for ${name}.`);
      await shipped();
      const site = await store.site();
      for await (const page of store.pages(tells)) yield page.flatMap(({ record }) => table.rows(record, wanted, site));
    },
  };
}
