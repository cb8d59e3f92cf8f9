import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import { type ColumnDefinition, type PolicyArgument, type Transaction, type What, what } from "#kernel/mod.ts";
import type { SecurableType } from "#wire/securables.ts";

export interface RelationRow {
  readonly id: string;
  readonly kind: "table" | "view" | "scan";
  readonly text: string | null;
  readonly current_catalog: string | null;
  readonly current_schema: string | null;
  readonly columns: readonly ColumnDefinition[];
}

export interface NewRelation {
  readonly id: string;
  readonly kind: RelationRow["kind"];
  readonly columns: readonly ColumnDefinition[];
  readonly view?: { readonly text: string; readonly current: readonly [string, string] };
}

/** A policy as it is bound: its function by id. */
export interface StoredBinding {
  readonly function_id: string;
  readonly arguments: readonly PolicyArgument[];
}

/** Tables and views: their columns, a view's text, the policies bound to them. */
export function relationStore(db: Database) {
  return {
    several: async (ids: readonly string[], transaction?: Transaction): Promise<readonly RelationRow[]> => {
      const { rows } = await sql<RelationRow>`
        SELECT r.id, r.kind, r.text, r.current_catalog, r.current_schema, coalesce((
          SELECT json_agg(json_strip_nulls(json_build_object(
            'name', c.name, 'type', c.type, 'nullable', c.nullable, 'comment', c.comment)) ORDER BY c.position)
          FROM table_columns c WHERE c.table_id = r.id), '[]'::json) AS columns
        FROM relations r WHERE r.id = ANY(${[...ids]}::text[])
      `.execute(db.on(transaction));
      return rows;
    },

    insert: async (transaction: Transaction, made: NewRelation): Promise<void> => {
      await db
        .on(transaction)
        .insertInto("relations")
        .values({
          id: made.id,
          kind: made.kind,
          text: made.view?.text ?? null,
          current_catalog: made.view?.current[0] ?? null,
          current_schema: made.view?.current[1] ?? null,
        })
        .execute();
      if (made.columns.length === 0) return;
      await db
        .on(transaction)
        .insertInto("table_columns")
        .values(
          made.columns.map(({ name, type, nullable, comment }, position) => ({
            table_id: made.id,
            position,
            name,
            type,
            nullable,
            comment: comment ?? null,
          })),
        )
        .execute();
    },

    /** Everything that `insert` wrote, policies included. */
    remove: async (transaction: Transaction, id: string): Promise<void> => {
      await db.on(transaction).deleteFrom("relations").where("id", "=", id).execute();
    },

    setRowFilter: async (transaction: Transaction, table_id: string, filter: StoredBinding | null): Promise<void> => {
      await db.on(transaction).deleteFrom("row_filters").where("table_id", "=", table_id).execute();
      if (!filter) return;
      await db
        .on(transaction)
        .insertInto("row_filters")
        .values({ table_id, function_id: filter.function_id, arguments: JSON.stringify(filter.arguments) })
        .execute();
    },

    setColumnMask: async (
      transaction: Transaction,
      table_id: string,
      column_name: string,
      mask: StoredBinding | null,
    ): Promise<void> => {
      await db
        .on(transaction)
        .deleteFrom("column_masks")
        .where("table_id", "=", table_id)
        .where("column_name", "=", column_name)
        .execute();
      if (!mask) return;
      await db
        .on(transaction)
        .insertInto("column_masks")
        .values({
          table_id,
          column_name,
          function_id: mask.function_id,
          arguments: JSON.stringify(mask.arguments),
        })
        .execute();
    },

    clearPolicies: async (transaction: Transaction, table_ids: readonly string[]): Promise<void> => {
      if (table_ids.length === 0) return;
      await db.on(transaction).deleteFrom("row_filters").where("table_id", "in", table_ids).execute();
      await db.on(transaction).deleteFrom("column_masks").where("table_id", "in", table_ids).execute();
    },

    /** What bears a filter, mask or policy that rests on one of these functions. */
    governedBy: async (transaction: Transaction, function_ids: readonly string[]): Promise<readonly What[]> => {
      const { rows } = await sql<{ type: SecurableType; full_name: string }>`
        SELECT DISTINCT t.type, t.full_name FROM (
          SELECT table_id FROM row_filters WHERE function_id = ANY(${[...function_ids]}::text[])
          UNION SELECT table_id FROM column_masks WHERE function_id = ANY(${[...function_ids]}::text[])
          UNION SELECT securable_id FROM attribute_policies WHERE function_id = ANY(${[...function_ids]}::text[])
        ) p JOIN securables t ON t.id = p.table_id ORDER BY t.full_name
      `.execute(db.on(transaction));
      return rows.map((row) => what(row.type, row.full_name));
    },
  };
}
