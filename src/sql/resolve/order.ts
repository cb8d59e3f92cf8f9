import type { Expression as AstExpression } from "../ast/expression.ts";
import type { OrderBy, Ordering } from "../ast/order.ts";
import type { Resolved } from "./body.ts";
import { type Environment, inPlace, inScope } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { misplaced } from "./fault.ts";
import { columnOf, outputColumn, queryOf, selectOf } from "./node.ts";
import { sortKey } from "./order-key.ts";
import type { Column, Expression, Query, SortKey } from "./resolved.ts";
import { sameExpression } from "./same.ts";
import { type ScopeColumn, scopeOf } from "./scope.ts";
import type { Selected } from "./select.ts";

const outputOf = (column: Column): Expression =>
  Object.freeze({ kind: "output", type: column.type, column: column.id });

/** The output that an ordinal stands for; undefined for what is none. @throws Fault when there is no such output. */
function ordinal(node: AstExpression, columns: readonly Column[]): Column | undefined {
  if (node.kind !== "integer_literal") return undefined;
  const column = columns[Number(node.value) - 1];
  if (column) return column;
  throw misplaced(
    node.at,
    "ORDER_BY_POS_OUT_OF_RANGE",
    "42805",
    `ORDER BY position ${node.value} is not in the select list.`,
  );
}

function keysOf(
  order: OrderBy,
  columns: readonly Column[],
  key: (node: AstExpression) => Expression,
  all: (column: Column) => Expression,
): readonly SortKey[] {
  const made = (value: Expression, ordering: Ordering, at: AstExpression["at"]) => sortKey(value, ordering, at);
  if (order.kind === "order_by_all") return columns.map((column) => made(all(column), order, order.at));
  return order.items.map((item) => {
    const column = ordinal(item.value, columns);
    return made(column ? all(column) : key(item.value), item, item.at);
  });
}

/** Behind a SELECT the rows before the select list can be ordered by too. */
function orderSelect(order: OrderBy, selected: Selected, columns: readonly Column[]): readonly SortKey[] {
  const { body, ordering, check } = selected;
  const key = (node: AstExpression): Expression => {
    const value = resolveExpression(node, ordering);
    ordering.statement.size.add(value, node.at);
    const item = body.items.find((one) => sameExpression(one.value, value));
    if (item) return outputOf(item.column);
    check(value);
    return value;
  };
  return Object.freeze(keysOf(order, columns, key, outputOf));
}

/** How an output of SELECT DISTINCT may be called: by its name, and as the column of FROM that it is. */
function outputScope(resolved: Resolved, alias: string): readonly ScopeColumn[] {
  const from = resolved.selected?.from?.columns ?? [];
  return resolved.columns.flatMap((column, i) => {
    const value = columnOf(alias, column);
    const item = resolved.selected?.body.items[i];
    const origins = item ? from.filter((one) => sameExpression(one.value, item.value)) : [];
    const qualified = origins.map((origin) => ({
      name: origin.name,
      qualifier: origin.qualifier,
      value,
      hidden: true,
    }));
    return [{ name: column.name, qualifier: [], value, hidden: false }, ...qualified];
  });
}

/**
 * ORDER BY of a query. Behind DISTINCT, a set operation or VALUES only the output can be ordered by: plain outputs as they are,
 * anything computed from them by a query around.
 */
export function ordered(
  order: OrderBy,
  resolved: Resolved,
  environment: Environment,
): Pick<Query, "body" | "columns" | "order"> {
  const { body, columns, selected } = resolved;
  if (selected && !selected.body.distinct) return { body, columns, order: orderSelect(order, selected, columns) };
  const alias = environment.statement.source();
  const scope = scopeOf(outputScope(resolved, alias), environment.scope);
  const within = inPlace(inScope(environment, scope), "ORDER BY");
  const keys = keysOf(
    order,
    columns,
    (node) => resolveExpression(node, within),
    (column) => columnOf(alias, column),
  );
  const isPlain = (value: Expression) => value.kind === "column" && value.source === alias;
  if (keys.every((key) => isPlain(key.value))) {
    const plain = keys.map((key) => {
      const column = columns.find((one) => key.value.kind === "column" && one.id === key.value.column)!;
      return Object.freeze({ ...key, value: outputOf(column) });
    });
    return { body, columns, order: Object.freeze(plain) };
  }
  const query = queryOf(body, columns);
  const items = columns.map((column, i) =>
    Object.freeze({ column: outputColumn(i, column.name, column.type), value: columnOf(alias, column) }),
  );
  const source = Object.freeze({ kind: "subquery", alias, columns, query, lateral: false } as const);
  return {
    body: selectOf(items, source),
    columns: Object.freeze(items.map((item) => item.column)),
    order: Object.freeze(keys),
  };
}
