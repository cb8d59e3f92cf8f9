import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import type { Grant, PolicyArgument, Transaction, What } from "#kernel/mod.ts";
import type { Privilege } from "#wire/privileges.ts";
import type { SecurableType } from "#wire/securables.ts";

/** One existing securable with all that decisions about it rest on. */
export interface FactRow {
  readonly id: string;
  readonly type: SecurableType;
  readonly name: string;
  readonly owner: string;
  readonly grants: readonly Grant[];
  readonly row_filter: { readonly function: string; readonly arguments: readonly PolicyArgument[] } | null;
  readonly masks: readonly {
    readonly column: string;
    readonly function: string;
    readonly arguments: readonly PolicyArgument[];
  }[];
}

interface Raw {
  readonly version: string;
  readonly id: string | null;
  readonly type: SecurableType;
  readonly name: string;
  readonly owner: string;
  readonly grants: readonly (readonly [string, Privilege])[] | null;
  readonly row_filter: FactRow["row_filter"];
  readonly masks: FactRow["masks"] | null;
}

/** The kinds that the permissions API and rule sets name by id. */
export const isFoundById = (type: SecurableType): boolean => type === "ENDPOINT" || type === "TAG_POLICY";

/** Those of `whats` that exist, and the governance version: one statement, so one snapshot. Some are found by id too. */
export async function readFacts(
  db: Database,
  whats: readonly What[],
  transaction?: Transaction,
): Promise<{ readonly version: number; readonly rows: readonly FactRow[] }> {
  const types = whats.map((what) => what.type);
  const names = whats.map((what) => what.name);
  const byId = types.some(isFoundById)
    ? sql`UNION
      SELECT s.id, s.type, s.full_name, s.owner
      FROM unnest(${types}::text[], ${names}::text[]) AS a (type, name)
      JOIN securables s ON s.id = a.name AND s.type = a.type
      WHERE a.type IN ('ENDPOINT', 'TAG_POLICY')`
    : sql``;
  const { rows } = await sql<Raw>`
    WITH asked AS MATERIALIZED (
      SELECT s.id, s.type, s.full_name, s.owner
      FROM unnest(${types}::text[], ${names}::text[]) AS a (type, name)
      JOIN securables s ON s.type = a.type AND s.full_name = a.name
      ${byId}
    )
    SELECT v.version, a.id, a.type, a.full_name AS name, a.owner,
      (SELECT json_agg(json_build_array(g.principal, g.privilege) ORDER BY g.principal, g.privilege)
        FROM securable_grants g WHERE g.securable_id = a.id) AS grants,
      CASE WHEN a.type = 'TABLE' THEN (
        SELECT json_build_object('function', f.full_name, 'arguments', r.arguments)
        FROM row_filters r JOIN securables f ON f.id = r.function_id WHERE r.table_id = a.id) END AS row_filter,
      CASE WHEN a.type = 'TABLE' THEN (
        SELECT json_agg(json_build_object('column', m.column_name, 'function', f.full_name, 'arguments', m.arguments)
          ORDER BY c.position)
        FROM column_masks m
        JOIN securables f ON f.id = m.function_id
        JOIN table_columns c ON c.table_id = m.table_id AND c.name = m.column_name
        WHERE m.table_id = a.id) END AS masks
    FROM governance_version v LEFT JOIN asked a ON true
  `.execute(db.on(transaction));
  return {
    version: Number(rows[0]?.version ?? 0),
    rows: rows.filter((row) => row.id !== null).map(factRow),
  };
}

function factRow(raw: Raw): FactRow {
  const held = Map.groupBy(raw.grants ?? [], ([principal]) => principal);
  return {
    id: raw.id!,
    type: raw.type,
    name: raw.name,
    owner: raw.owner,
    grants: [...held].map(([principal, pairs]) => ({ principal, privileges: pairs.map(([, privilege]) => privilege) })),
    row_filter: raw.row_filter,
    masks: raw.masks ?? [],
  };
}
