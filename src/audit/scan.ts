import { assertPermit, type Scan } from "#kernel/mod.ts";
import { auditColumns } from "./columns.ts";
import type { AuditStore } from "./store.ts";

const NAME = "system.access.audit";

/** `system.access.audit`: the journal as rows, up to the moment of reading. */
export function createAuditScan(store: AuditStore, shipped: () => Promise<void>): Scan {
  return {
    name: NAME,
    columns: auditColumns.map(({ name, type }) => ({ name, type })),
    rows: async function* (permit, _who, columns) {
      assertPermit(permit, "table.read_data");
      if (permit.what.name !== NAME) throw new TypeError(`This needs a permit for ${NAME}.`);
      const wanted = columns.map(columnNamed);
      await shipped();
      const account_id = (await store.site())?.account_id ?? null;
      for await (const page of store.pages())
        yield page.map(({ record }) => wanted.map((each) => each.value(record, account_id)));
    },
  };
}

function columnNamed(name: string) {
  const found = auditColumns.find((each) => each.name === name.toLowerCase());
  if (!found) throw new TypeError(`${NAME} has no column ${name}.`);
  return found;
}
