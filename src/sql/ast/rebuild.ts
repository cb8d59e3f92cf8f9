import type { Argument, Expression } from "./expression.ts";
import type { OrderBy, OrderItem } from "./order.ts";
import type { GroupBy, GroupItem, Query, QueryBody, Select, SelectItem } from "./query.ts";
import type { JoinCondition, LateralView, TableReference } from "./table.ts";
import type { FrameBound, Window, WindowFrame, WindowSpecification } from "./window.ts";

/** What replaces each child. Returning the child itself keeps it. */
export interface Replace {
  readonly expression: (child: Expression) => Expression;
  readonly body: (child: QueryBody) => QueryBody;
  readonly query: (child: Query) => Query;
  readonly table: (child: TableReference) => TableReference;
}

/** Thrown nowhere at run time: a node without a case does not compile. */
export function unreachable(node: never): never {
  throw new TypeError(`no such node: ${JSON.stringify(node)}`);
}

const freeze = Object.freeze;

function each<T>(items: readonly T[], replace: (item: T) => T): readonly T[] {
  return freeze(items.map(replace));
}

function optional<T>(item: T | null, replace: (item: T) => T): T | null {
  return item === null ? null : replace(item);
}

/** A new frozen expression, whose children are what `replace` gives for the old ones. Children are visited in text order. */
export function rebuildExpression(node: Expression, replace: Replace): Expression {
  const { expression } = replace;
  switch (node.kind) {
    case "string_literal":
    case "integer_literal":
    case "decimal_literal":
    case "double_literal":
    case "boolean_literal":
    case "null_literal":
    case "binary_literal":
    case "date_literal":
    case "timestamp_literal":
    case "interval_literal":
    case "column":
    case "parameter":
    case "star":
      return node;
    case "unary":
    case "is_test":
    case "cast":
    case "extract":
    case "path":
    case "field_access":
      return freeze({ ...node, operand: expression(node.operand) });
    case "binary":
    case "is_distinct":
      return freeze({ ...node, left: expression(node.left), right: expression(node.right) });
    case "between":
      return freeze({
        ...node,
        operand: expression(node.operand),
        low: expression(node.low),
        high: expression(node.high),
      });
    case "in_list":
      return freeze({ ...node, operand: expression(node.operand), items: each(node.items, expression) });
    case "in_query":
      return freeze({ ...node, operand: expression(node.operand), query: replace.query(node.query) });
    case "like":
      return freeze({ ...node, operand: expression(node.operand), pattern: expression(node.pattern) });
    case "case":
      return freeze({
        ...node,
        operand: optional(node.operand, expression),
        branches: each(node.branches, (branch) =>
          freeze({ ...branch, condition: expression(branch.condition), result: expression(branch.result) }),
        ),
        otherwise: optional(node.otherwise, expression),
      });
    case "call":
      return freeze({
        ...node,
        arguments: rebuildArguments(node.arguments, replace),
        within: each(node.within, (item) => rebuildOrderItem(item, replace)),
        filter: optional(node.filter, expression),
        over: optional(node.over, (window) => rebuildWindow(window, replace)),
      });
    case "trim":
      return freeze({
        ...node,
        characters: optional(node.characters, expression),
        operand: expression(node.operand),
      });
    case "scalar_subquery":
    case "exists":
      return freeze({ ...node, query: replace.query(node.query) });
    case "lambda":
      return freeze({ ...node, body: expression(node.body) });
    case "subscript":
      return freeze({ ...node, operand: expression(node.operand), index: expression(node.index) });
    case "row":
      return freeze({ ...node, items: each(node.items, expression) });
    default:
      return unreachable(node);
  }
}

function rebuildArguments(items: readonly Argument[], replace: Replace): readonly Argument[] {
  return each(items, (item) => freeze({ ...item, value: replace.expression(item.value) }));
}

function rebuildOrderItem(item: OrderItem, replace: Replace): OrderItem {
  return freeze({ ...item, value: replace.expression(item.value) });
}

function rebuildBound(bound: FrameBound, replace: Replace): FrameBound {
  return freeze({ ...bound, distance: optional(bound.distance, replace.expression) });
}

function rebuildFrame(frame: WindowFrame, replace: Replace): WindowFrame {
  return freeze({
    ...frame,
    start: rebuildBound(frame.start, replace),
    end: optional(frame.end, (bound) => rebuildBound(bound, replace)),
  });
}

function rebuildSpecification(window: WindowSpecification, replace: Replace): WindowSpecification {
  return freeze({
    ...window,
    partition: each(window.partition, replace.expression),
    order: each(window.order, (item) => rebuildOrderItem(item, replace)),
    frame: optional(window.frame, (frame) => rebuildFrame(frame, replace)),
  });
}

function rebuildWindow(window: Window, replace: Replace): Window {
  return window.kind === "window_reference" ? window : rebuildSpecification(window, replace);
}

/** A new frozen query: common tables, body, ORDER BY, LIMIT and OFFSET replaced, in this order. */
export function rebuildQuery(node: Query, replace: Replace): Query {
  return freeze({
    ...node,
    with: each(node.with, (entry) => freeze({ ...entry, query: replace.query(entry.query) })),
    body: node.body.kind === "query" ? replace.query(node.body) : replace.body(node.body),
    order: optional(node.order, (order) => rebuildOrder(order, replace)),
    limit: optional(node.limit, replace.expression),
    offset: optional(node.offset, replace.expression),
  });
}

function rebuildOrder(order: OrderBy, replace: Replace): OrderBy {
  if (order.kind === "order_by_all") return order;
  return freeze({ ...order, items: each(order.items, (item) => rebuildOrderItem(item, replace)) });
}

function rebuildGroupItem(item: GroupItem, replace: Replace): GroupItem {
  if (item.kind === "group_expression") return freeze({ ...item, value: replace.expression(item.value) });
  return freeze({ ...item, sets: each(item.sets, (set) => each(set, replace.expression)) });
}

function rebuildGroup(group: GroupBy, replace: Replace): GroupBy {
  if (group.kind === "group_by_all") return group;
  return freeze({ ...group, items: each(group.items, (item) => rebuildGroupItem(item, replace)) });
}

function rebuildLateralView(view: LateralView, replace: Replace): LateralView {
  const call = replace.expression(view.call);
  if (call.kind !== "call") throw new TypeError("a lateral view's generator stays a call");
  return freeze({ ...view, call });
}

function rebuildSelect(node: Select, replace: Replace): Select {
  const { expression } = replace;
  const item = (entry: SelectItem): SelectItem => freeze({ ...entry, value: expression(entry.value) });
  return freeze({
    ...node,
    items: each(node.items, item),
    from: each(node.from, replace.table),
    lateral_views: each(node.lateral_views, (view) => rebuildLateralView(view, replace)),
    where: optional(node.where, expression),
    group: optional(node.group, (group) => rebuildGroup(group, replace)),
    having: optional(node.having, expression),
    qualify: optional(node.qualify, expression),
    windows: each(node.windows, (named) => freeze({ ...named, window: rebuildSpecification(named.window, replace) })),
  });
}

/** A new frozen query body. A query in parentheses is rebuilt as a query. */
export function rebuildBody(node: QueryBody, replace: Replace): QueryBody {
  const child = (body: QueryBody): QueryBody => (body.kind === "query" ? replace.query(body) : replace.body(body));
  switch (node.kind) {
    case "query":
      return rebuildQuery(node, replace);
    case "select":
      return rebuildSelect(node, replace);
    case "set_operation":
      return freeze({ ...node, left: child(node.left), right: child(node.right) });
    case "values":
      return freeze({ ...node, rows: each(node.rows, (row) => each(row, replace.expression)) });
    case "whole_table":
      return node;
    default:
      return unreachable(node);
  }
}

function rebuildCondition(condition: JoinCondition, replace: Replace): JoinCondition {
  return condition.kind === "join_on"
    ? freeze({ ...condition, value: replace.expression(condition.value) })
    : condition;
}

/** A new frozen table reference. */
export function rebuildTable(node: TableReference, replace: Replace): TableReference {
  switch (node.kind) {
    case "named_table":
      return freeze({
        ...node,
        travel: optional(node.travel, (travel) => freeze({ ...travel, value: replace.expression(travel.value) })),
      });
    case "derived_table":
      return freeze({ ...node, query: replace.query(node.query) });
    case "table_function":
      return freeze({ ...node, arguments: rebuildArguments(node.arguments, replace) });
    case "join":
      return freeze({
        ...node,
        left: replace.table(node.left),
        right: replace.table(node.right),
        condition: optional(node.condition, (condition) => rebuildCondition(condition, replace)),
      });
    default:
      return unreachable(node);
  }
}
