import type { Column, Query, Select, SelectItem } from "../resolve/resolved.ts";
import { BOOLEAN } from "../types/type.ts";
import { visit } from "./tree.ts";

/** Where only the number of rows matters. */
const existence: SelectItem = Object.freeze({
  column: Object.freeze({ id: "present", name: "present", type: BOOLEAN }) satisfies Column,
  value: Object.freeze({ kind: "literal", type: BOOLEAN, value: true } as const),
});

/** A plain SELECT of items, or of one constant where there are none. */
export function queryOfRows(items: readonly SelectItem[], { from, where }: Pick<Select, "from" | "where">): Query {
  const shown = items.length > 0 ? items : [existence];
  const body: Select = Object.freeze({
    kind: "select",
    distinct: false,
    items: Object.freeze([...shown]),
    from,
    where,
    group: null,
    having: null,
    qualify: null,
  });
  return Object.freeze({
    kind: "query",
    with: Object.freeze([]),
    body,
    order: Object.freeze([]),
    limit: null,
    offset: null,
    columns: Object.freeze(shown.map((item) => item.column)),
  });
}

/** Of each source, the columns that anything reads. */
export function columnsRead(root: Query): ReadonlyMap<string, ReadonlySet<string>> {
  const read = new Map<string, Set<string>>();
  visit(root, {
    expression: (node) => {
      if (node.kind !== "column") return;
      const columns = read.get(node.source) ?? new Set();
      read.set(node.source, columns.add(node.column));
    },
  });
  return read;
}

/** True when a query names nothing from around it. */
export function standsAlone(query: Query): boolean {
  const sources = new Set<string>();
  const common = new Set<string>();
  visit(query, {
    source: (node) => {
      if (node.kind !== "join") sources.add(node.alias);
    },
    query: (node) => {
      for (const entry of node.with) common.add(entry.id);
    },
  });
  let alone = true;
  visit(query, {
    expression: (node) => {
      if (node.kind === "column") alone &&= sources.has(node.source);
    },
    source: (node) => {
      if (node.kind === "common_table_reference") alone &&= common.has(node.common);
    },
  });
  return alone;
}
