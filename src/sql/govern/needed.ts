import type { Query } from "../resolve/resolved.ts";
import { visit } from "./tree.ts";

/** The ids of the columns that a query reads of each relation, by the relation's full name: of all references to it together. */
export function neededColumns(query: Query): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, string>();
  const needed = new Map<string, Set<string>>();
  visit(query, {
    source: (node) => {
      if (node.kind !== "relation") return;
      names.set(node.alias, node.name);
      if (!needed.has(node.name)) needed.set(node.name, new Set());
    },
  });
  visit(query, {
    expression: (node) => {
      const name = node.kind === "column" ? names.get(node.source) : undefined;
      if (name !== undefined && node.kind === "column") needed.get(name)!.add(node.column);
    },
  });
  return needed;
}
