import { bumpGovernance, type Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { type CredentialRow, type LiveCredential, live } from "./credentials.ts";

const columns = ["id", "principal_id", "hash", "scopes", "created_at", "expires_at"] as const;

export type SecretStore = ReturnType<typeof secretStore>;

/** Reads and writes the digests of service principals' secrets. */
export function secretStore(db: Database) {
  return {
    insert: async (transaction: Transaction, row: CredentialRow): Promise<void> => {
      const values = { ...row, scopes: [...row.scopes] };
      await db.on(transaction).insertInto("service_principal_secrets").values(values).execute();
      await bumpGovernance(transaction);
    },

    /** The secrets of a principal that are not deleted, oldest first; also those past their end. */
    list: (principal_id: string, transaction?: Transaction): Promise<CredentialRow[]> =>
      db
        .on(transaction)
        .selectFrom("service_principal_secrets")
        .select(columns)
        .where("principal_id", "=", principal_id)
        .orderBy("created_at")
        .orderBy("id")
        .execute(),

    /** The secret of this principal with this hash, unless it is past its end. */
    live: (principal_id: string, hash: string, now: Date): Promise<LiveCredential | undefined> =>
      db
        .on()
        .selectFrom("service_principal_secrets")
        .select(live)
        .where("hash", "=", hash)
        .where("principal_id", "=", principal_id)
        .where("expires_at", ">", now)
        .executeTakeFirst(),

    /** Returns whether this principal had such a secret. */
    remove: async (transaction: Transaction, principal_id: string, id: string): Promise<boolean> => {
      const query = db.on(transaction).deleteFrom("service_principal_secrets").where("id", "=", id);
      const removed = await query.where("principal_id", "=", principal_id).executeTakeFirst();
      await bumpGovernance(transaction);
      return removed.numDeletedRows > 0n;
    },
  };
}
