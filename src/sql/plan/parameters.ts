import type { Expression } from "../ast/expression.ts";
import type { Query } from "../ast/query.ts";
import { mapQuery } from "../ast/visit.ts";
import { faultAt } from "./names.ts";

/** The query with each `:name` replaced by its typed literal. @throws Fault for one that was not given. */
export function withParameters(query: Query, parameters: ReadonlyMap<string, Expression>): Query {
  return mapQuery(query, {
    expression: (node) => {
      if (node.kind !== "parameter") return node;
      const value = parameters.get(node.name.toLowerCase());
      if (value) return value;
      throw faultAt(node.at, `Parameter :${node.name} was not given a value`, "UNBOUND_SQL_PARAMETER", "42P02");
    },
  });
}
