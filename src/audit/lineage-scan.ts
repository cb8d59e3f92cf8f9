import { assertPermit, type Scan } from "#kernel/mod.ts";
import { type LineageTable, lineageTables } from "./lineage-columns.ts";
import type { AuditStore } from "./store.ts";

/** The lineage tables: what the journal's records tell of statements' sources and targets, up to the moment of reading. */
export function createLineageScans(store: AuditStore, shipped: () => Promise<void>): readonly Scan[] {
  return lineageTables.map((one) => scanOf(one, store, shipped));
}

function scanOf({ name, columns, rowsOf }: LineageTable, store: AuditStore, shipped: () => Promise<void>): Scan {
  return {
    name,
    columns: columns.map((column) => ({ name: column.name, type: column.type })),
    rows: async function* (permit, _who, wanted) {
      assertPermit(permit, "table.read_data");
      if (permit.what.name !== name) throw new TypeError(`This needs a permit for ${name}.`);
      const shown = wanted.map((each) => {
        const found = columns.find((column) => column.name === each.toLowerCase());
        if (!found) throw new TypeError(`${name} has no column ${each}.`);
        return found;
      });
      await shipped();
      const site = await store.site();
      for await (const page of store.pages("lineage"))
        yield page.flatMap(({ record }) => rowsOf(record).map((row) => shown.map((each) => each.value(row, site))));
    },
  };
}
