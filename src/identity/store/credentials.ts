import { bumpGovernance, type Database } from "#db/mod.ts";

export interface CredentialRow {
  readonly id: string;
  readonly principal_id: string;
  readonly hash: string;
  readonly scopes: readonly string[];
  readonly created_at: Date;
  readonly expires_at: Date;
}

/** A live credential with whom it speaks for. */
export interface LiveCredential {
  readonly id: string;
  readonly principal_id: string;
  readonly scopes: readonly string[];
  readonly expires_at: Date;
}

const live = ["id", "principal_id", "scopes", "expires_at"] as const;

/** Reads and writes hashed credentials; the credentials themselves are never stored. */
export function credentialStore(db: Database) {
  return {
    insertSecret: (row: CredentialRow): Promise<void> =>
      db.run(async (transaction) => {
        const values = { ...row, scopes: [...row.scopes] };
        await db.on(transaction).insertInto("service_principal_secrets").values(values).execute();
        await bumpGovernance(transaction);
      }),

    /** The secret of this principal with this hash, unless it is past its end. */
    liveSecret: (principal_id: string, hash: string, now: Date): Promise<LiveCredential | undefined> =>
      db
        .on()
        .selectFrom("service_principal_secrets")
        .select(live)
        .where("hash", "=", hash)
        .where("principal_id", "=", principal_id)
        .where("expires_at", ">", now)
        .executeTakeFirst(),

    removeSecret: (id: string): Promise<boolean> =>
      db.run(async (transaction) => {
        const query = db.on(transaction).deleteFrom("service_principal_secrets").where("id", "=", id);
        const removed = await query.executeTakeFirst();
        await bumpGovernance(transaction);
        return removed.numDeletedRows > 0n;
      }),

    insertToken: (row: CredentialRow & { readonly comment: string }): Promise<void> =>
      db.run(async (transaction) => {
        const values = { ...row, scopes: [...row.scopes], revoked_at: null };
        await db.on(transaction).insertInto("personal_access_tokens").values(values).execute();
        await bumpGovernance(transaction);
      }),

    /** The personal access token with this hash, unless revoked or past its end. */
    liveToken: (hash: string, now: Date): Promise<LiveCredential | undefined> =>
      db
        .on()
        .selectFrom("personal_access_tokens")
        .select(live)
        .where("hash", "=", hash)
        .where("revoked_at", "is", null)
        .where("expires_at", ">", now)
        .executeTakeFirst(),

    /** Returns whether there was such a live token. */
    revokeToken: (id: string, now: Date): Promise<boolean> =>
      db.run(async (transaction) => {
        const query = db.on(transaction).updateTable("personal_access_tokens").set({ revoked_at: now });
        const revoked = await query.where("id", "=", id).where("revoked_at", "is", null).executeTakeFirst();
        await bumpGovernance(transaction);
        return revoked.numUpdatedRows > 0n;
      }),
  };
}
