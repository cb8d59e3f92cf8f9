import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import type { Tag, Transaction } from "#kernel/mod.ts";

export interface TagPolicyRow {
  readonly id: string;
  readonly key: string;
  readonly description: string | null;
  readonly values: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface TagRow extends Tag {
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** What bears a tag: a securable, or a column of one. */
export interface Tagged {
  readonly id: string;
  readonly column: string | null;
}

interface Stamp {
  readonly by: string;
  readonly at: Date;
}

/** Governed tags, and the tags on securables and columns. */
export function tagStore(db: Database) {
  return {
    /** Those of these keys that are governed; all when not told. In order of their keys. */
    policies: async (keys?: readonly string[], transaction?: Transaction): Promise<readonly TagPolicyRow[]> => {
      const { rows } = await sql<TagPolicyRow>`
        SELECT s.id, s.full_name AS key, s.comment AS description, t.allowed_values AS values, s.created_at, s.updated_at
        FROM securables s JOIN tag_policies t ON t.id = s.id
        WHERE s.type = 'TAG_POLICY' AND (${keys === undefined}::boolean OR s.full_name = ANY(${[...(keys ?? [])]}::text[]))
        ORDER BY s.full_name COLLATE "C"
      `.execute(db.on(transaction));
      return rows;
    },

    writePolicy: async (transaction: Transaction, id: string, values: readonly string[]): Promise<void> => {
      await db
        .on(transaction)
        .insertInto("tag_policies")
        .values({ id, allowed_values: values })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ allowed_values: values }))
        .execute();
    },

    of: async ({ id, column }: Tagged, transaction?: Transaction): Promise<readonly TagRow[]> => {
      const on = db.on(transaction);
      if (column === null)
        return on
          .selectFrom("securable_tags")
          .select(["key", "value", "updated_at", "updated_by"])
          .where("securable_id", "=", id)
          .orderBy("key")
          .execute();
      return on
        .selectFrom("column_tags")
        .select(["key", "value", "updated_at", "updated_by"])
        .where("table_id", "=", id)
        .where("column_name", "=", column)
        .orderBy("key")
        .execute();
    },

    set: async (transaction: Transaction, { id, column }: Tagged, tags: readonly Tag[], by: Stamp): Promise<void> => {
      const on = db.on(transaction);
      for (const { key, value } of tags) {
        const row = { key, value, updated_at: by.at, updated_by: by.by };
        if (column === null)
          await on
            .insertInto("securable_tags")
            .values({ securable_id: id, ...row })
            .onConflict((conflict) => conflict.columns(["securable_id", "key"]).doUpdateSet(row))
            .execute();
        else
          await on
            .insertInto("column_tags")
            .values({ table_id: id, column_name: column, ...row })
            .onConflict((conflict) => conflict.columns(["table_id", "column_name", "key"]).doUpdateSet(row))
            .execute();
      }
    },

    unset: async (transaction: Transaction, { id, column }: Tagged, keys: readonly string[]): Promise<void> => {
      if (keys.length === 0) return;
      const on = db.on(transaction);
      if (column === null)
        await on.deleteFrom("securable_tags").where("securable_id", "=", id).where("key", "in", keys).execute();
      else
        await on
          .deleteFrom("column_tags")
          .where("table_id", "=", id)
          .where("column_name", "=", column)
          .where("key", "in", keys)
          .execute();
    },

    /** All tags of the securable itself; those of its columns go with the columns. */
    clear: async (transaction: Transaction, id: string): Promise<void> => {
      await db.on(transaction).deleteFrom("securable_tags").where("securable_id", "=", id).execute();
    },
  };
}
