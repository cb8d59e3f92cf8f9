import type { Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import type { Privilege } from "#wire/privileges.ts";

/** Privileges and permission levels, each a row. */
export function grantStore(db: Database) {
  return {
    add: async (
      transaction: Transaction,
      securable_id: string,
      principal: string,
      privileges: readonly Privilege[],
      by: { readonly name: string; readonly at: Date },
    ): Promise<void> => {
      if (privileges.length === 0) return;
      await db
        .on(transaction)
        .insertInto("securable_grants")
        .values(
          privileges.map((privilege) => ({
            securable_id,
            principal,
            privilege,
            granted_at: by.at,
            granted_by: by.name,
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    remove: async (
      transaction: Transaction,
      securable_id: string,
      principal: string,
      privileges: readonly Privilege[],
    ): Promise<void> => {
      if (privileges.length === 0) return;
      await db
        .on(transaction)
        .deleteFrom("securable_grants")
        .where("securable_id", "=", securable_id)
        .where("principal", "=", principal)
        .where("privilege", "in", privileges)
        .execute();
    },

    /** All of one principal's, or of everybody. */
    clear: async (transaction: Transaction, securable_id: string, principal?: string): Promise<void> => {
      const all = db.on(transaction).deleteFrom("securable_grants").where("securable_id", "=", securable_id);
      await (principal === undefined ? all : all.where("principal", "=", principal)).execute();
    },
  };
}
