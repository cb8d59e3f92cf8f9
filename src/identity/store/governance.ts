import type { Database } from "#db/mod.ts";

/** Reads the governance version that a record rests on. */
export function governanceStore(db: Database) {
  return {
    version: async (): Promise<number> => {
      const row = await db.on().selectFrom("governance_version").select("version").executeTakeFirstOrThrow();
      return Number(row.version);
    },
  };
}
