import type { RowJournal } from "#kernel/mod.ts";
import type { TableStore } from "../tables/table-store.ts";

/** The table store, of which a table's current version holds all rows that were appended to it before it was asked for. */
export function awaitingRows(tables: TableStore, rows: Pick<RowJournal, "shipped">): TableStore {
  return {
    current: async (table_id) => {
      await rows.shipped(table_id);
      return tables.current(table_id);
    },
    stage: (table_id) => tables.stage(table_id),
    sync: (files) => tables.sync(files),
    commit: (transaction, append) => tables.commit(transaction, append),
    discard: (files) => tables.discard(files),
    drop: (transaction, table_ids) => tables.drop(transaction, table_ids),
    removeDropped: (table_ids) => tables.removeDropped(table_ids),
  };
}
