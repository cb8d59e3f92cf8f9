import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import type { NamedRights, Transaction } from "#kernel/mod.ts";

/** Follows principals' names in grants and owners. */
export function principalNames(db: Database): NamedRights {
  const ungrant = (transaction: Transaction, name: string) =>
    db.on(transaction).deleteFrom("securable_grants").where("principal", "=", name).execute();
  const reown = (transaction: Transaction, from: string, to: string) =>
    db.on(transaction).updateTable("securables").set({ owner: to }).where("owner", "=", from).execute();
  /** In the policies that name `from`. A name that comes back is another principal's: it is exempt from nothing by that. */
  const inPolicies = (transaction: Transaction, from: string, to: string) =>
    sql`UPDATE attribute_policies SET
        to_principals = array_replace(to_principals, ${from}::text, ${to}::text),
        except_principals = array_replace(except_principals, ${from}::text, ${to}::text)
      WHERE ${from} = ANY(to_principals) OR ${from} = ANY(except_principals)`.execute(db.on(transaction));
  return {
    rename: async (transaction, from, to) => {
      // Whatever was ever granted to the new name was another principal's, which is gone.
      await ungrant(transaction, to);
      await inPolicies(transaction, from, to);
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
      await inPolicies(transaction, name, retired);
      await reown(transaction, name, retired);
    },
  };
}
