import type { OrderBy, OrderItem, Ordering } from "../ast/order.ts";
import type { Printer } from "./printer.ts";

function printOrdering({ direction, nulls }: Ordering): string {
  return (direction === null ? "" : ` ${direction}`) + (nulls === null ? "" : ` NULLS ${nulls}`);
}

/** Items of an ORDER BY, joined by commas. */
export function printOrderItems(items: readonly OrderItem[], printer: Printer): string {
  return items.map((item) => printer.expression(item.value) + printOrdering(item)).join(", ");
}

/** The ORDER BY clause. */
export function printOrderBy(order: OrderBy, printer: Printer): string {
  return order.kind === "order_by_all"
    ? `ORDER BY ALL${printOrdering(order)}`
    : `ORDER BY ${printOrderItems(order.items, printer)}`;
}
