import type { Database } from "#db/mod.ts";
import type { NamedRights, Transaction } from "#kernel/mod.ts";

/** Follows principals' names in grants and owners. */
export function principalNames(db: Database): NamedRights {
  const ungrant = (transaction: Transaction, name: string) =>
    db.on(transaction).deleteFrom("securable_grants").where("principal", "=", name).execute();
  const reown = (transaction: Transaction, from: string, to: string) =>
    db.on(transaction).updateTable("securables").set({ owner: to }).where("owner", "=", from).execute();
  return {
    rename: async (transaction, from, to) => {
      // Whatever was ever granted to the new name was another principal's, which is gone.
      await ungrant(transaction, to);
      await db
        .on(transaction)
        .updateTable("securable_grants")
        .set({ principal: to })
        .where("principal", "=", from)
        .execute();
      await reown(transaction, from, to);
    },
    retire: async (transaction, name, retired) => {
      await ungrant(transaction, name);
      await reown(transaction, name, retired);
    },
  };
}
