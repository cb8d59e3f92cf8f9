import type { QueryBody } from "../ast/query.ts";
import type { Environment } from "./environment.ts";
import { resolveQueryIn } from "./query.ts";
import type { Body, Column } from "./resolved.ts";
import { resolveSelect, type Selected } from "./select.ts";
import { resolveSetOperation } from "./set-operation.ts";
import { resolveValues, resolveWholeTable } from "./values.ts";

/** A body with what it gives; `selected` when it is a SELECT, for ORDER BY. */
export interface Resolved {
  readonly body: Body;
  readonly columns: readonly Column[];
  readonly selected?: Selected;
}

export function resolveBody(node: QueryBody, environment: Environment): Resolved {
  switch (node.kind) {
    case "select": {
      const selected = resolveSelect(node, environment);
      const columns = Object.freeze(selected.body.items.map((item) => item.column));
      return { body: selected.body, columns, selected };
    }
    case "set_operation":
      return resolveSetOperation(node, environment);
    case "values":
      return resolveValues(node, environment);
    case "whole_table":
      return resolveWholeTable(node, environment);
    case "query": {
      const query = resolveQueryIn(node, environment);
      return { body: query, columns: query.columns };
    }
  }
}
