import { bumpGovernance, type Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import {
  type ListedToken,
  type LiveCredential,
  live,
  type TokenChange,
  type TokenFilter,
  type TokenRow,
} from "./credentials.ts";

export type TokenStore = ReturnType<typeof tokenStore>;

/** Reads and writes the digests of personal access tokens. */
export function tokenStore(db: Database) {
  const liveTokens = (now: Date, transaction?: Transaction) =>
    db
      .on(transaction)
      .selectFrom("personal_access_tokens as token")
      .where("token.revoked_at", "is", null)
      .where("token.expires_at", ">", now);
  return {
    /** Runs a change of tokens. */
    change: <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> => db.run(work),

    insert: async (transaction: Transaction, row: TokenRow): Promise<void> => {
      const values = { ...row, scopes: [...row.scopes], revoked_at: null };
      await db.on(transaction).insertInto("personal_access_tokens").values(values).execute();
      await bumpGovernance(transaction);
    },

    /** The personal access token with this hash, unless revoked or past its end. */
    live: (hash: string, now: Date): Promise<LiveCredential | undefined> =>
      db
        .on()
        .selectFrom("personal_access_tokens")
        .select(live)
        .where("hash", "=", hash)
        .where("revoked_at", "is", null)
        .where("expires_at", ">", now)
        .executeTakeFirst(),

    /** As `live`, by its id. */
    liveById: (id: string, now: Date): Promise<LiveCredential | undefined> =>
      liveTokens(now).select(live).where("token.id", "=", id).executeTakeFirst(),

    countLive: async (principal_id: string, now: Date, transaction: Transaction): Promise<number> => {
      const query = liveTokens(now, transaction).where("token.principal_id", "=", principal_id);
      const counted = await query.select((select) => select.fn.countAll().as("count")).executeTakeFirst();
      return Number(counted?.count ?? 0);
    },

    /** Live tokens, oldest first. */
    list: (filter: TokenFilter, now: Date): Promise<ListedToken[]> => {
      let query = liveTokens(now).leftJoin("principals as maker", "maker.id", "token.created_by");
      if (filter.id !== undefined) query = query.where("token.id", "=", filter.id);
      if (filter.principal_id !== undefined) query = query.where("token.principal_id", "=", filter.principal_id);
      if (filter.created_by !== undefined) query = query.where("token.created_by", "=", filter.created_by);
      if (filter.created_by_name !== undefined) query = query.where("maker.name", "=", filter.created_by_name);
      return query
        .select(["token.id", "token.principal_id", "token.hash", "token.scopes", "token.comment", "token.created_by"])
        .select(["token.created_at", "token.expires_at", "maker.name as created_by_name"])
        .orderBy("token.created_at")
        .orderBy("token.id")
        .execute();
    },

    /** Returns whether there was such a live token. */
    update: async (transaction: Transaction, id: string, change: TokenChange, now: Date): Promise<boolean> => {
      const set = {
        ...(change.comment !== undefined && { comment: change.comment }),
        ...(change.scopes !== undefined && { scopes: [...change.scopes] }),
      };
      const query = db.on(transaction).updateTable("personal_access_tokens").set(set).where("id", "=", id);
      const updated = await query.where("revoked_at", "is", null).where("expires_at", ">", now).executeTakeFirst();
      await bumpGovernance(transaction);
      return updated.numUpdatedRows > 0n;
    },

    /** Returns whether there was such a live token. */
    revoke: async (transaction: Transaction, id: string, now: Date): Promise<boolean> => {
      const query = db.on(transaction).updateTable("personal_access_tokens").set({ revoked_at: now });
      const revoked = await query.where("id", "=", id).where("revoked_at", "is", null).executeTakeFirst();
      await bumpGovernance(transaction);
      return revoked.numUpdatedRows > 0n;
    },
  };
}
