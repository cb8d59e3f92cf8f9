import type { Expression } from "./expression.ts";
import type { Position } from "./position.ts";

/** As written; null means the dialect's default: ASC, and NULLS FIRST for ASC, NULLS LAST for DESC. */
export interface Ordering {
  readonly direction: "ASC" | "DESC" | null;
  readonly nulls: "FIRST" | "LAST" | null;
}

export interface OrderItem extends Ordering {
  readonly kind: "order_item";
  readonly at: Position;
  readonly value: Expression;
}

export interface OrderByList {
  readonly kind: "order_by_list";
  readonly at: Position;
  readonly items: readonly OrderItem[];
}

/** `ORDER BY ALL`: by every item of the select list, from the left. */
export interface OrderByAll extends Ordering {
  readonly kind: "order_by_all";
  readonly at: Position;
}

export type OrderBy = OrderByList | OrderByAll;
