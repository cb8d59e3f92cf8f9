import { type DataType, sameType } from "../types/mod.ts";
import { castTo } from "./cast.ts";
import type { Environment } from "./environment.ts";
import { columnOf, outputColumn, queryOf, selectOf } from "./node.ts";
import type { Query } from "./resolved.ts";

/** The query with its columns cast to `types`, by a query around it where one differs. */
export function castQuery(query: Query, types: readonly DataType[], { statement }: Environment): Query {
  if (query.columns.every((column, i) => sameType(column.type, types[i]!))) return query;
  const alias = statement.source();
  const items = query.columns.map((column, i) =>
    Object.freeze({
      column: outputColumn(i, column.name, types[i]!),
      value: castTo(columnOf(alias, column), types[i]!),
    }),
  );
  const from = Object.freeze({ kind: "subquery", alias, columns: query.columns, query, lateral: false } as const);
  return queryOf(selectOf(items, from), Object.freeze(items.map((item) => item.column)));
}
