import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import type { AttributeFacts, AttributePolicy, Grant, PolicyArgument, Tag, Transaction, What } from "#kernel/mod.ts";
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
  readonly tags: readonly Tag[];
  readonly attributes: readonly PolicyFact[];
  /** Of a table, when policies that go by tags may hold for it. */
  readonly columns: AttributeFacts["columns"] | null;
}

/** A policy as it is kept, but for what it is bound to, which the row says. */
export type PolicyFact = Omit<AttributePolicy, "on">;

interface Raw {
  readonly version: string;
  readonly id: string | null;
  readonly type: SecurableType;
  readonly name: string;
  readonly owner: string;
  readonly grants: readonly (readonly [string, Privilege])[] | null;
  readonly row_filter: FactRow["row_filter"];
  readonly masks: FactRow["masks"] | null;
  readonly tags: FactRow["tags"] | null;
  readonly attributes: FactRow["attributes"] | null;
  readonly columns: FactRow["columns"];
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
        WHERE m.table_id = a.id) END AS masks,
      (SELECT json_agg(json_build_object('key', t.key, 'value', t.value))
        FROM securable_tags t WHERE t.securable_id = a.id) AS tags,
      (SELECT json_agg(json_build_object(
          'name', p.name, 'to', p.to_principals, 'except', p.except_principals, 'when', p."when" -> 'condition',
          'match', (SELECT coalesce(json_agg(json_build_object(
            'alias', m -> 'alias', 'condition', m -> 'condition' -> 'condition')), '[]'::json)
            FROM jsonb_array_elements(p."match") AS m),
          'function', f.full_name, 'masks', p.masks, 'using', p."using",
          'ungoverned', (SELECT coalesce(json_agg(k), '[]'::json) FROM unnest(p.tag_keys) AS k
            WHERE NOT EXISTS (SELECT FROM securables g WHERE g.type = 'TAG_POLICY' AND g.full_name = k))) ORDER BY p.name)
        FROM attribute_policies p JOIN securables f ON f.id = p.function_id WHERE p.securable_id = a.id) AS attributes,
      CASE WHEN a.type = 'TABLE' AND EXISTS (SELECT FROM attribute_policies p JOIN asked b ON b.id = p.securable_id)
          AND EXISTS (SELECT FROM relations r WHERE r.id = a.id AND r.kind = 'table') THEN (
        SELECT coalesce(json_agg(json_build_object('name', c.name, 'tags', (
          SELECT coalesce(json_agg(json_build_object('key', t.key, 'value', t.value)), '[]'::json)
          FROM column_tags t WHERE t.table_id = c.table_id AND t.column_name = c.name)) ORDER BY c.position), '[]'::json)
        FROM table_columns c WHERE c.table_id = a.id) END AS columns
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
    tags: raw.tags ?? [],
    attributes: raw.attributes ?? [],
    columns: raw.columns,
  };
}
