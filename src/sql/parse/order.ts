import type { OrderBy, OrderItem, Ordering } from "../ast/order.ts";
import type { Parser } from "./parser.ts";

function parseOrdering(parser: Parser): Ordering {
  const direction = parser.accept("ASC") ? "ASC" : parser.accept("DESC") ? "DESC" : null;
  const nulls = parser.accept("NULLS FIRST") ? "FIRST" : parser.accept("NULLS LAST") ? "LAST" : null;
  return { direction, nulls };
}

/** The items behind ORDER BY. */
export function parseOrderItems(parser: Parser): readonly OrderItem[] {
  return parser.list(() => {
    const { at } = parser;
    const value = parser.grammar.expression(parser);
    return Object.freeze({ kind: "order_item", at, value, ...parseOrdering(parser) });
  });
}

/** `ORDER BY …` or `ORDER BY ALL`; null when none stands here. */
export function parseOrderBy(parser: Parser): OrderBy | null {
  const { at } = parser;
  if (!parser.accept("ORDER BY")) return null;
  if (parser.accept("ALL")) return Object.freeze({ kind: "order_by_all", at, ...parseOrdering(parser) });
  return Object.freeze({ kind: "order_by_list", at, items: parseOrderItems(parser) });
}
