import { bumpGovernance, type Database } from "#db/mod.ts";

export interface CustomAppRow {
  readonly integration_id: string;
  readonly client_id: string;
  readonly name: string;
  readonly redirect_urls: readonly string[];
  readonly scopes: readonly string[];
  readonly access_token_s: number;
  readonly refresh_token_s: number;
  readonly data_key_id: string | null;
  readonly sealed_secret: Buffer | null;
  readonly created_by: string;
  readonly created_at: Date;
}

/** What an update may change. */
export type CustomAppChange = Partial<
  Pick<CustomAppRow, "redirect_urls" | "scopes" | "access_token_s" | "refresh_token_s">
>;

export type CustomAppStore = ReturnType<typeof customAppStore>;

/** The registered OAuth apps. */
export function customAppStore(db: Database) {
  const all = () => db.on().selectFrom("custom_apps").selectAll();
  const arrays = ({ redirect_urls, scopes, ...rest }: CustomAppChange) => ({
    ...rest,
    ...(redirect_urls && { redirect_urls: [...redirect_urls] }),
    ...(scopes && { scopes: [...scopes] }),
  });
  return {
    /** Returns false when an app has that name. */
    insert: (row: CustomAppRow): Promise<boolean> =>
      db.run(async (transaction) => {
        const values = { ...row, redirect_urls: [...row.redirect_urls], scopes: [...row.scopes] };
        const made = await db
          .on(transaction)
          .insertInto("custom_apps")
          .values(values)
          .onConflict((conflict) => conflict.column("name").doNothing())
          .executeTakeFirst();
        await bumpGovernance(transaction);
        return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
      }),
    byClient: (client_id: string): Promise<CustomAppRow | undefined> =>
      all().where("client_id", "=", client_id).executeTakeFirst(),
    byId: (integration_id: string): Promise<CustomAppRow | undefined> =>
      all().where("integration_id", "=", integration_id).executeTakeFirst(),
    /** In order of name. */
    list: (): Promise<CustomAppRow[]> => all().orderBy("name").execute(),
    /** Returns whether there is such an app. */
    update: (integration_id: string, change: CustomAppChange): Promise<boolean> =>
      db.run(async (transaction) => {
        const query = db.on(transaction).updateTable("custom_apps").set(arrays(change));
        const changed = await query.where("integration_id", "=", integration_id).executeTakeFirst();
        await bumpGovernance(transaction);
        return changed.numUpdatedRows > 0n;
      }),
    /** Returns whether there was such an app. */
    remove: (integration_id: string): Promise<boolean> =>
      db.run(async (transaction) => {
        const query = db.on(transaction).deleteFrom("custom_apps").where("integration_id", "=", integration_id);
        const removed = await query.executeTakeFirst();
        await bumpGovernance(transaction);
        return removed.numDeletedRows > 0n;
      }),
  };
}
