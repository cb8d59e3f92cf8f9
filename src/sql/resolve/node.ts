import { BOOLEAN, type DataType, STRING } from "../types/mod.ts";
import type { Column, Expression, Query, Select, SelectItem, Source } from "./resolved.ts";

const freeze = Object.freeze;

export const stringLiteral = (value: string): Expression => freeze({ kind: "literal", type: STRING, value });
export const booleanLiteral = (value: boolean): Expression => freeze({ kind: "literal", type: BOOLEAN, value });

export const columnOf = (source: string, column: Column): Expression =>
  freeze({ kind: "column", type: column.type, source, column: column.id });

/** Output columns get their ids by place, since their names may be the same. */
export const outputColumn = (place: number, name: string, type: DataType): Column =>
  freeze({ id: `c${place + 1}`, name, type });

export const isConstant = (node: Expression): boolean =>
  node.kind === "literal" || (node.kind === "cast" && isConstant(node.operand));

export function selectOf(items: readonly SelectItem[], from: Source | null, parts: Partial<Select> = {}): Select {
  return freeze({
    kind: "select",
    distinct: false,
    items: freeze([...items]),
    from,
    where: null,
    group: null,
    having: null,
    qualify: null,
    ...parts,
  });
}

export function queryOf(body: Query["body"], columns: readonly Column[], parts: Partial<Query> = {}): Query {
  return freeze({
    kind: "query",
    with: freeze([]),
    body,
    order: freeze([]),
    limit: null,
    offset: null,
    columns,
    ...parts,
  });
}
