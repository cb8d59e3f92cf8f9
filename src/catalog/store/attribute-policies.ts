import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import type { NewPolicy, Transaction } from "#kernel/mod.ts";

export interface PolicyRow extends NewPolicy {
  readonly id: string;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** A policy as it is written: its function by id. */
export interface StoredPolicy extends Omit<NewPolicy, "function"> {
  readonly function_id: string;
  readonly tag_keys: readonly string[];
}

interface Stamp {
  readonly by: string;
  readonly at: Date;
}

/** Policies that go by tags, each bound to a catalog, schema or table. */
export function attributePolicyStore(db: Database) {
  return {
    /** In order of their names. */
    of: async (securable_id: string, transaction?: Transaction): Promise<readonly PolicyRow[]> => {
      const { rows } = await sql<PolicyRow>`
        SELECT p.id, p.name, p.comment, f.full_name AS function, p.to_principals AS to, p.except_principals AS except,
          p."when", p."match", p.masks, p."using", p.created_at, p.created_by, p.updated_at, p.updated_by
        FROM attribute_policies p JOIN securables f ON f.id = p.function_id
        WHERE p.securable_id = ${securable_id} ORDER BY p.name COLLATE "C"
      `.execute(db.on(transaction));
      return rows;
    },

    /** How many there are on one securable, and in all. */
    count: async (
      securable_id: string,
      transaction: Transaction,
    ): Promise<{ readonly here: number; readonly all: number }> => {
      const { rows } = await sql<{ here: string; all: string }>`
        SELECT count(*) FILTER (WHERE securable_id = ${securable_id}) AS here, count(*) AS all FROM attribute_policies
      `.execute(db.on(transaction));
      return { here: Number(rows[0]!.here), all: Number(rows[0]!.all) };
    },

    insert: async (
      transaction: Transaction,
      made: StoredPolicy & { readonly id: string; readonly securable_id: string },
      by: Stamp,
    ): Promise<void> => {
      await db
        .on(transaction)
        .insertInto("attribute_policies")
        .values({
          id: made.id,
          securable_id: made.securable_id,
          ...written(made, by),
          created_at: by.at,
          created_by: by.by,
        })
        .execute();
    },

    update: async (transaction: Transaction, id: string, made: StoredPolicy, by: Stamp): Promise<void> => {
      await db.on(transaction).updateTable("attribute_policies").set(written(made, by)).where("id", "=", id).execute();
    },

    remove: async (transaction: Transaction, id: string): Promise<void> => {
      await db.on(transaction).deleteFrom("attribute_policies").where("id", "=", id).execute();
    },

    /** All that are bound to these securables. */
    clear: async (transaction: Transaction, securable_ids: readonly string[]): Promise<void> => {
      if (securable_ids.length === 0) return;
      await db.on(transaction).deleteFrom("attribute_policies").where("securable_id", "in", securable_ids).execute();
    },
  };
}

function written(made: StoredPolicy, by: Stamp) {
  return {
    name: made.name,
    comment: made.comment,
    function_id: made.function_id,
    to_principals: made.to,
    except_principals: made.except,
    when: made.when && JSON.stringify(made.when),
    match: JSON.stringify(made.match),
    masks: made.masks,
    using: JSON.stringify(made.using),
    tag_keys: made.tag_keys,
    updated_at: by.at,
    updated_by: by.by,
  };
}
