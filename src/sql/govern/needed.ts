import type { Query, Source } from "../resolve/resolved.ts";
import { visit } from "./tree.ts";

/** The ids of the columns that a query reads of each relation, by the relation's full name: of all references to it together. */
export function neededColumns(query: Query): ReadonlyMap<string, ReadonlySet<string>> {
  return columnsRead(query, (source) => (source.kind === "relation" ? source.name : undefined));
}

/** The names of the columns that a governed query reads of each physical relation, by the relation's name in the engine. */
export function physicalColumns(query: Query): ReadonlyMap<string, ReadonlySet<string>> {
  return columnsRead(query, (source) => (source.kind === "physical" ? source.table : undefined));
}

function columnsRead(
  query: Query,
  nameOf: (source: Source) => string | undefined,
): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, string>();
  const byAlias = new Map<string, Set<string>>();
  visit(query, {
    source: (node) => {
      const name = nameOf(node);
      if (name !== undefined && "alias" in node) names.set(node.alias, name);
    },
    expression: (node) => {
      if (node.kind !== "column") return;
      const read = byAlias.get(node.source);
      if (read) read.add(node.column);
      else byAlias.set(node.source, new Set([node.column]));
    },
  });
  const needed = new Map<string, ReadonlySet<string>>();
  for (const [alias, name] of names)
    needed.set(name, new Set([...(needed.get(name) ?? []), ...(byAlias.get(alias) ?? [])]));
  return needed;
}
