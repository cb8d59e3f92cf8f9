import type { JsonObject } from "#base/json.ts";
import type { Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";

/** What a service does, and how often that was changed. */
export interface ServiceRow {
  readonly id: string;
  readonly config: JsonObject;
  readonly version: number;
}

/** What services are made of. */
export function serviceStore(db: Database) {
  return {
    several: async (ids: readonly string[], transaction?: Transaction): Promise<readonly ServiceRow[]> =>
      ids.length === 0 ? [] : db.on(transaction).selectFrom("services").selectAll().where("id", "in", ids).execute(),

    /** Writes the service of this id, over an older one if there is one. */
    write: async (transaction: Transaction, { id, config, version }: ServiceRow): Promise<void> => {
      const row = { config: JSON.stringify(config), version };
      await db
        .on(transaction)
        .insertInto("services")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
  };
}
