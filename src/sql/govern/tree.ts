import type { Body, Expression, Frame, FrameBound, Query, Select, SortKey, Source } from "../resolve/resolved.ts";

/** What replaces each child of a resolved node. */
export interface Replace {
  readonly expression: (child: Expression) => Expression;
  readonly source: (child: Source) => Source;
  readonly query: (child: Query) => Query;
  /** In the place of `rebuildSelect`. */
  readonly select?: (child: Select) => Select;
}

const freeze = Object.freeze;
const each = <T>(items: readonly T[], replace: (one: T) => T): readonly T[] => freeze(items.map(replace));
const optional = <T>(one: T | null, replace: (each: T) => T): T | null => (one === null ? null : replace(one));

const sortKeys = (keys: readonly SortKey[], { expression }: Replace): readonly SortKey[] =>
  each(keys, (key) => freeze({ ...key, value: expression(key.value) }));

const bound = (one: FrameBound, { expression }: Replace): FrameBound =>
  freeze({ ...one, distance: optional(one.distance, expression) });

const frameOf = (frame: Frame | null, replace: Replace): Frame | null =>
  optional(frame, (one) => freeze({ ...one, start: bound(one.start, replace), end: bound(one.end, replace) }));

/** A new frozen expression whose children are what `replace` gives. A node without a case does not compile. */
export function rebuildExpression(node: Expression, replace: Replace): Expression {
  const { expression, query } = replace;
  switch (node.kind) {
    case "literal":
    case "column":
    case "output":
    case "lambda_parameter":
      return node;
    case "cast":
    case "field":
      return freeze({ ...node, operand: expression(node.operand) });
    case "call":
    case "outside_call":
      return freeze({ ...node, arguments: each(node.arguments, expression) });
    case "aggregate":
      return freeze({
        ...node,
        arguments: each(node.arguments, expression),
        filter: optional(node.filter, expression),
        order: sortKeys(node.order, replace),
      });
    case "window":
      return freeze({
        ...node,
        arguments: each(node.arguments, expression),
        filter: optional(node.filter, expression),
        partition: each(node.partition, expression),
        order: sortKeys(node.order, replace),
        frame: frameOf(node.frame, replace),
      });
    case "lambda":
      return freeze({ ...node, body: expression(node.body) });
    case "case":
      return freeze({
        ...node,
        branches: each(node.branches, (branch) =>
          freeze({ condition: expression(branch.condition), result: expression(branch.result) }),
        ),
        otherwise: optional(node.otherwise, expression),
      });
    case "in_list":
      return freeze({ ...node, operand: expression(node.operand), items: each(node.items, expression) });
    case "in_query":
      return freeze({ ...node, operand: expression(node.operand), query: query(node.query) });
    case "exists":
    case "scalar_subquery":
      return freeze({ ...node, query: query(node.query) });
  }
}

/** A new frozen source. */
export function rebuildSource(node: Source, replace: Replace): Source {
  switch (node.kind) {
    case "relation":
    case "physical":
    case "common_table_reference":
      return node;
    case "governed":
    case "subquery":
      return freeze({ ...node, query: replace.query(node.query) });
    case "join":
      return freeze({
        ...node,
        left: replace.source(node.left),
        right: replace.source(node.right),
        condition: optional(node.condition, replace.expression),
      });
    case "generate":
      return freeze({
        ...node,
        input: optional(node.input, replace.source),
        arguments: each(node.arguments, replace.expression),
      });
  }
}

/** A new frozen query. */
export function rebuildQuery(node: Query, replace: Replace): Query {
  return freeze({
    ...node,
    with: each(node.with, (entry) => freeze({ ...entry, query: replace.query(entry.query) })),
    body: rebuildBody(node.body, replace),
    order: sortKeys(node.order, replace),
    limit: optional(node.limit, replace.expression),
    offset: optional(node.offset, replace.expression),
  });
}

function rebuildBody(node: Body, replace: Replace): Body {
  switch (node.kind) {
    case "query":
      return replace.query(node);
    case "set_operation":
      return freeze({ ...node, left: rebuildBody(node.left, replace), right: rebuildBody(node.right, replace) });
    case "values":
      return freeze({ ...node, rows: each(node.rows, (row) => each(row, replace.expression)) });
    case "select":
      return replace.select ? replace.select(node) : rebuildSelect(node, replace);
  }
}

/** A new frozen SELECT. */
export function rebuildSelect(node: Select, replace: Replace): Select {
  const { expression, source } = replace;
  return freeze({
    ...node,
    items: each(node.items, (item) => freeze({ ...item, value: expression(item.value) })),
    from: optional(node.from, source),
    where: optional(node.where, expression),
    group: optional(node.group, (group) => freeze({ ...group, keys: each(group.keys, expression) })),
    having: optional(node.having, expression),
    qualify: optional(node.qualify, expression),
  });
}

/** Every source replaced bottom-up, wherever it stands; nothing else changes. */
export function mapSources(root: Query, change: (source: Source) => Source): Query {
  const replace: Replace = {
    expression: (node) => rebuildExpression(node, replace),
    source: (node) => change(rebuildSource(node, replace)),
    query: (node) => rebuildQuery(node, replace),
  };
  return replace.query(root);
}

/** What is met on the way through a query. */
export interface Visitor {
  readonly expression?: (node: Expression) => void;
  readonly source?: (node: Source) => void;
  readonly query?: (node: Query) => void;
  readonly select?: (node: Select) => void;
}

/** Shows every expression, source, query and SELECT of a query to `visitor`, parents before children. */
export function visit(root: Query, visitor: Visitor): void {
  showing(visitor).query(root);
}

/** Shows an expression and all beneath it. */
export function visitExpression(root: Expression, visitor: Visitor): void {
  showing(visitor).expression(root);
}

/** Whether there is a query anywhere within an expression. */
export function holdsQuery(root: Expression): boolean {
  let holds = false;
  visitExpression(root, {
    query: () => {
      holds = true;
    },
  });
  return holds;
}

function showing(visitor: Visitor): Replace {
  const replace: Replace = {
    expression: (node) => {
      visitor.expression?.(node);
      rebuildExpression(node, replace);
      return node;
    },
    source: (node) => {
      visitor.source?.(node);
      rebuildSource(node, replace);
      return node;
    },
    query: (node) => {
      visitor.query?.(node);
      rebuildQuery(node, replace);
      return node;
    },
    select: (node) => {
      visitor.select?.(node);
      rebuildSelect(node, replace);
      return node;
    },
  };
  return replace;
}
