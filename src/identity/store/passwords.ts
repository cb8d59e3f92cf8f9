import type { Database } from "#db/mod.ts";

export interface PasswordRow {
  readonly principal_id: string;
  readonly hash: string;
  readonly failures: number;
  readonly locked_until: Date | null;
}

export type PasswordStore = ReturnType<typeof passwordStore>;

/** Hashes of local passwords and the attempts that failed since the last success. */
export function passwordStore(db: Database) {
  return {
    find: (principal_id: string): Promise<PasswordRow | undefined> =>
      db
        .on()
        .selectFrom("passwords")
        .select(["principal_id", "hash", "failures", "locked_until"])
        .where("principal_id", "=", principal_id)
        .executeTakeFirst(),
    put: async (principal_id: string, hash: string, changed_at: Date): Promise<void> => {
      const fresh = { hash, failures: 0, locked_until: null, changed_at };
      await db
        .on()
        .insertInto("passwords")
        .values({ principal_id, ...fresh })
        .onConflict((conflict) => conflict.column("principal_id").doUpdateSet(fresh))
        .execute();
    },
    /** Counts an attempt before it is judged, so that attempts at the same time count each. Returns how many there are now. */
    count: async (principal_id: string): Promise<number> => {
      const counted = await db
        .on()
        .updateTable("passwords")
        .set((update) => ({ failures: update("failures", "+", 1) }))
        .where("principal_id", "=", principal_id)
        .returning("failures")
        .executeTakeFirst();
      return counted?.failures ?? 0;
    },
    lock: async (principal_id: string, until: Date): Promise<void> => {
      const locked = { failures: 0, locked_until: until };
      await db.on().updateTable("passwords").set(locked).where("principal_id", "=", principal_id).execute();
    },
    succeeded: async (principal_id: string): Promise<void> => {
      const cleared = { failures: 0, locked_until: null };
      await db.on().updateTable("passwords").set(cleared).where("principal_id", "=", principal_id).execute();
    },
  };
}
