import type { OrderItem, Ordering } from "../ast/order.ts";
import type { Position } from "../ast/position.ts";
import { isOrderable, spellType } from "../types/mod.ts";
import type { Environment } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { mismatch } from "./fault.ts";
import type { Expression, SortKey } from "./resolved.ts";

/** A sort key with the dialect's defaults written out: ascending, NULLs first; descending, NULLs last. */
export function sortKey(value: Expression, ordering: Ordering, at: Position): SortKey {
  if (!isOrderable(value.type)) throw mismatch(at, `A value of type ${spellType(value.type)} has no order.`);
  const direction = ordering.direction ?? "ASC";
  return Object.freeze({ value, direction, nulls: ordering.nulls ?? (direction === "ASC" ? "FIRST" : "LAST") });
}

export function resolveSortKeys(items: readonly OrderItem[], environment: Environment): readonly SortKey[] {
  return Object.freeze(
    items.map((item) => {
      const value = resolveExpression(item.value, environment);
      environment.statement.size.add(value, item.at);
      return sortKey(value, item, item.at);
    }),
  );
}
