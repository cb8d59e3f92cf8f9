import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import type { Transaction, What } from "#kernel/mod.ts";
import type { SecurableType } from "#wire/securables.ts";

export interface NewSecurable {
  readonly id: string;
  readonly type: SecurableType;
  readonly full_name: string;
  readonly name: string;
  readonly parent: What;
  readonly owner: string;
  readonly comment?: string | undefined;
  readonly by: string;
  readonly at: Date;
}

/** A securable as its REST resource tells it. */
export interface SecurableRow {
  readonly id: string;
  readonly type: SecurableType;
  readonly full_name: string;
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** The securables themselves: one table for every kind. */
export function securableStore(db: Database) {
  const find = async (what: What, transaction?: Transaction): Promise<SecurableRow | undefined> =>
    (await several([what], transaction))[0];

  const several = async (whats: readonly What[], transaction?: Transaction): Promise<readonly SecurableRow[]> => {
    const { rows } = await sql<SecurableRow>`
      SELECT s.id, s.type, s.full_name, s.name, s.owner, s.comment, s.created_at, s.created_by, s.updated_at, s.updated_by
      FROM unnest(${whats.map((one) => one.type)}::text[], ${whats.map((one) => one.name)}::text[]) AS a (type, name)
      JOIN securables s ON s.type = a.type AND (s.full_name = a.name OR (a.type IN ('ENDPOINT', 'TAG_POLICY') AND s.id = a.name))
      ORDER BY s.full_name
    `.execute(db.on(transaction));
    return rows;
  };

  return {
    find,
    several,

    /** "made"; "taken" when the name is; "orphan" when the parent is not there. */
    insert: async (transaction: Transaction, made: NewSecurable): Promise<"made" | "taken" | "orphan"> => {
      const parent = await find(made.parent, transaction);
      if (!parent) return "orphan";
      const { id, type, full_name, name, owner, by, at } = made;
      const done = await db
        .on(transaction)
        .insertInto("securables")
        .values({
          id,
          type,
          full_name,
          name,
          parent_id: parent.id,
          owner,
          comment: made.comment ?? null,
          created_at: at,
          created_by: by,
          updated_at: at,
          updated_by: by,
        })
        .onConflict((conflict) => conflict.columns(["type", "full_name"]).doNothing())
        .executeTakeFirst();
      return done.numInsertedOrUpdatedRows === 1n ? "made" : "taken";
    },

    update: async (
      transaction: Transaction,
      id: string,
      change: { readonly owner?: string; readonly comment?: string | null; readonly by: string; readonly at: Date },
    ): Promise<void> => {
      await db
        .on(transaction)
        .updateTable("securables")
        .set({
          ...(change.owner !== undefined && { owner: change.owner }),
          ...(change.comment !== undefined && { comment: change.comment }),
          updated_at: change.at,
          updated_by: change.by,
        })
        .where("id", "=", id)
        .execute();
    },

    /** The securable and all beneath it, itself first. */
    subtree: async (
      transaction: Transaction,
      id: string,
    ): Promise<readonly { readonly id: string; readonly type: SecurableType; readonly kind: string | null }[]> => {
      const { rows } = await sql<{ id: string; type: SecurableType; kind: string | null }>`
        WITH RECURSIVE beneath AS (
          SELECT id, type, 0 AS depth FROM securables WHERE id = ${id}
          UNION ALL
          SELECT s.id, s.type, b.depth + 1 FROM securables s JOIN beneath b ON s.parent_id = b.id
        )
        SELECT b.id, b.type, r.kind FROM beneath b LEFT JOIN relations r ON r.id = b.id ORDER BY b.depth
      `.execute(db.on(transaction));
      return rows;
    },

    remove: async (transaction: Transaction, ids: readonly string[]): Promise<void> => {
      await db.on(transaction).deleteFrom("securables").where("id", "in", ids).execute();
    },

    /** Names of a kind beneath a parent at any depth, in order. */
    namesBeneath: async (type: SecurableType, parent: What): Promise<readonly string[]> => {
      const all = parent.type === "METASTORE" || parent.type === "WORKSPACE";
      const { rows } = await sql<{ full_name: string }>`
        SELECT full_name FROM securables
        WHERE type = ${type} AND (${all}::boolean OR starts_with(full_name, ${`${parent.name}.`}))
        ORDER BY full_name COLLATE "C"
      `.execute(db.kysely);
      return rows.map((row) => row.full_name);
    },
  };
}
