import type { Database } from "#db/mod.ts";

export interface AuthorizationModelRow {
  readonly kind: string;
  readonly id: string;
  readonly uid: string | null;
  readonly grant_id: string | null;
  readonly data_key_id: string;
  readonly sealed: Buffer;
  readonly consumed_at: Date | null;
  readonly expires_at: Date;
}

const columns = ["kind", "id", "uid", "grant_id", "data_key_id", "sealed", "consumed_at", "expires_at"] as const;

export type AuthorizationStore = ReturnType<typeof authorizationStore>;

/** The authorization server's state: what is past its end is not found, and removed as new rows come. */
export function authorizationStore(db: Database) {
  const live = (now: Date) => db.on().selectFrom("authorization_models").select(columns).where("expires_at", ">", now);
  return {
    upsert: async (row: AuthorizationModelRow, now: Date): Promise<void> => {
      const { kind, id, ...rest } = row;
      await db
        .on()
        .insertInto("authorization_models")
        .values(row)
        .onConflict((conflict) => conflict.columns(["kind", "id"]).doUpdateSet(rest))
        .execute();
      await db.on().deleteFrom("authorization_models").where("expires_at", "<=", now).execute();
    },
    byId: (kind: string, id: string, now: Date): Promise<AuthorizationModelRow | undefined> =>
      live(now).where("kind", "=", kind).where("id", "=", id).executeTakeFirst(),
    byUid: (kind: string, uid: string, now: Date): Promise<AuthorizationModelRow | undefined> =>
      live(now).where("kind", "=", kind).where("uid", "=", uid).executeTakeFirst(),
    /** Marks it as used, once. Returns whether it was not before: of two at the same time one gets true. */
    consume: async (kind: string, id: string, now: Date): Promise<boolean> => {
      const query = db.on().updateTable("authorization_models").set({ consumed_at: now });
      const changed = await query
        .where("kind", "=", kind)
        .where("id", "=", id)
        .where("consumed_at", "is", null)
        .executeTakeFirst();
      return changed.numUpdatedRows > 0n;
    },
    remove: async (kind: string, id: string): Promise<void> => {
      await db.on().deleteFrom("authorization_models").where("kind", "=", kind).where("id", "=", id).execute();
    },
    removeGrant: async (grant_id: string): Promise<void> => {
      await db.on().deleteFrom("authorization_models").where("grant_id", "=", grant_id).execute();
    },
  };
}
