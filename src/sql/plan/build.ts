import type { Expression } from "../ast/expression.ts";
import type { Identifier, Name } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import type { Query, QueryBody, Select, SelectItem } from "../ast/query.ts";
import type { DerivedRole, DerivedTable, NamedTable, TableAlias, TableReference } from "../ast/table.ts";
import type { TypeSyntax } from "../ast/type.ts";

/** Makers of frozen nodes; `at` is the place in a text that led to the node. */
const freeze = Object.freeze;

const identifier = (at: Position, text: string): Identifier => freeze({ kind: "identifier", at, text, quoted: true });

export const nameOf = (at: Position, parts: readonly string[]): Name =>
  freeze({ kind: "name", at, parts: freeze(parts.map((part) => identifier(at, part))) });

export const column = (at: Position, ...parts: readonly string[]): Expression =>
  freeze({ kind: "column", at, parts: freeze(parts.map((part) => identifier(at, part))) });

export const text = (at: Position, value: string): Expression => freeze({ kind: "string_literal", at, value });

export const truth = (at: Position, value: boolean): Expression => freeze({ kind: "boolean_literal", at, value });

export const cast = (at: Position, operand: Expression, type: TypeSyntax): Expression =>
  freeze({ kind: "cast", at, operand, type, tolerant: false });

export const item = (at: Position, value: Expression, alias: string | null): SelectItem =>
  freeze({ kind: "select_item", at, value, alias: alias === null ? null : identifier(at, alias) });

export const tableAlias = (at: Position, name: string, columns: readonly string[] = []): TableAlias =>
  freeze({
    kind: "table_alias",
    at,
    name: identifier(at, name),
    columns: freeze(columns.map((each) => identifier(at, each))),
  });

export const namedTable = (at: Position, parts: readonly string[], alias: TableAlias): NamedTable =>
  freeze({ kind: "named_table", at, name: nameOf(at, parts), travel: null, alias });

export const derivedTable = (at: Position, query: Query, alias: TableAlias | null, lateral = false): DerivedTable =>
  freeze({ kind: "derived_table", at, lateral, query, alias });

/** A derived table that planning puts in, and knows again by its role. */
export const derivedAs = (
  role: DerivedRole,
  at: Position,
  query: Query,
  alias: TableAlias,
  lateral = false,
): DerivedTable => freeze({ kind: "derived_table", at, lateral, query, alias, role });

export const star = (at: Position, qualifier: string | null = null): Expression =>
  freeze({ kind: "star", at, qualifier: qualifier === null ? null : nameOf(at, [qualifier]), except: freeze([]) });

export function select(
  at: Position,
  items: readonly SelectItem[],
  from: readonly TableReference[],
  where: Expression | null = null,
): Select {
  return freeze({
    kind: "select",
    at,
    distinct: false,
    items: freeze([...items]),
    from: freeze([...from]),
    lateral_views: freeze([]),
    where,
    group: null,
    having: null,
    qualify: null,
    windows: freeze([]),
  });
}

export const query = (at: Position, body: QueryBody): Query =>
  freeze({ kind: "query", at, with: freeze([]), body, order: null, limit: null, offset: null });

export const scalarSubquery = (at: Position, of: Query): Expression =>
  freeze({ kind: "scalar_subquery", at, query: of });
