import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import type { Slots } from "../attempts/window.ts";

/** When something is written, and from when on it counts no more. */
interface Span {
  readonly now: Date;
  readonly until: Date;
}

export type AttemptStore = ReturnType<typeof attemptStore>;

/** Failed attempts by digest and slot of time, and where somebody proved themselves. What is past its end goes as new rows come. */
export function attemptStore(db: Database) {
  return {
    /** Failures of each key in this slot and the one before; a key without any is left out. */
    failures: async (keys: readonly string[], slot: number): Promise<ReadonlyMap<string, Slots>> => {
      const rows = await db
        .on()
        .selectFrom("failed_attempts")
        .select(["key", "slot", "failures"])
        .where("key", "in", keys)
        .where("slot", "in", [slot - 1, slot])
        .execute();
      const found = new Map<string, Slots>();
      for (const row of rows) {
        const { before, now } = found.get(row.key) ?? { before: 0, now: 0 };
        found.set(row.key, row.slot === slot ? { before, now: row.failures } : { before: row.failures, now });
      }
      return found;
    },

    /** Adds one failure to each key. */
    count: async (keys: readonly string[], slot: number, { now, until }: Span): Promise<void> => {
      // In one order, so that two that count the same keys wait for each other in turn.
      const rows = [...new Set(keys)].sort().map((key) => ({ key, slot, failures: 1, expires_at: until }));
      await db
        .on()
        .insertInto("failed_attempts")
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(["key", "slot"]).doUpdateSet({ failures: sql<number>`failed_attempts.failures + 1` }),
        )
        .execute();
      await db.on().deleteFrom("failed_attempts").where("expires_at", "<=", now).execute();
    },

    isProven: async (key: string, now: Date): Promise<boolean> => {
      const proven = db.on().selectFrom("proven_sources").select("key").where("key", "=", key);
      return (await proven.where("expires_at", ">", now).executeTakeFirst()) !== undefined;
    },

    prove: async (key: string, { now, until }: Span): Promise<void> => {
      await db
        .on()
        .insertInto("proven_sources")
        .values({ key, expires_at: until })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ expires_at: until }))
        .execute();
      await db.on().deleteFrom("proven_sources").where("expires_at", "<=", now).execute();
    },
  };
}
