import type { Body, Expression, Query, SortKey, Source } from "./resolved.ts";

/** What lies directly below an expression. */
interface Below {
  readonly expressions: readonly Expression[];
  readonly queries: readonly Query[];
}

const present = <T>(items: readonly (T | null | undefined)[]): readonly T[] =>
  items.filter((one): one is T => one !== null && one !== undefined);

const values = (keys: readonly SortKey[]): readonly Expression[] => keys.map((key) => key.value);

export function below(node: Expression): Below {
  const only = (...expressions: readonly (Expression | null | undefined)[]): Below => ({
    expressions: present(expressions),
    queries: [],
  });
  switch (node.kind) {
    case "literal":
    case "column":
    case "output":
    case "lambda_parameter":
      return only();
    case "cast":
    case "field":
      return only(node.operand);
    case "call":
    case "outside_call":
      return only(...node.arguments);
    case "aggregate":
      return only(...node.arguments, node.filter, ...values(node.order));
    case "window": {
      const { frame } = node;
      const distances = [frame?.start.distance, frame?.end.distance];
      return only(...node.arguments, node.filter, ...node.partition, ...values(node.order), ...distances);
    }
    case "lambda":
      return only(node.body);
    case "case":
      return only(...node.branches.flatMap((branch) => [branch.condition, branch.result]), node.otherwise);
    case "in_list":
      return only(node.operand, ...node.items);
    case "in_query":
      return { expressions: [node.operand], queries: [node.query] };
    case "exists":
    case "scalar_subquery":
      return { expressions: [], queries: [node.query] };
  }
}

/** Every expression of a query, those of its sources and subqueries among them. */
export function* expressionsOf(query: Query): Generator<Expression, void, undefined> {
  for (const entry of query.with) yield* expressionsOf(entry.query);
  yield* bodyExpressions(query.body);
  for (const one of present([...values(query.order), query.limit, query.offset])) yield* everyOne(one);
}

function* bodyExpressions(body: Body): Generator<Expression, void, undefined> {
  switch (body.kind) {
    case "query":
      yield* expressionsOf(body);
      return;
    case "set_operation":
      yield* bodyExpressions(body.left);
      yield* bodyExpressions(body.right);
      return;
    case "values":
      for (const row of body.rows) for (const one of row) yield* everyOne(one);
      return;
    case "select": {
      if (body.from) yield* sourceExpressions(body.from);
      const own = [...body.items.map((item) => item.value), body.where, ...(body.group?.keys ?? [])];
      for (const one of present([...own, body.having, body.qualify])) yield* everyOne(one);
    }
  }
}

function* sourceExpressions(source: Source): Generator<Expression, void, undefined> {
  switch (source.kind) {
    case "subquery":
    case "governed":
      yield* expressionsOf(source.query);
      return;
    case "join":
      yield* sourceExpressions(source.left);
      yield* sourceExpressions(source.right);
      if (source.condition) yield* everyOne(source.condition);
      return;
    case "generate":
      if (source.input) yield* sourceExpressions(source.input);
      for (const one of source.arguments) yield* everyOne(one);
  }
}

/** The expression and all within it, subqueries included; parents first. */
export function* everyOne(root: Expression): Generator<Expression, void, undefined> {
  yield root;
  const { expressions, queries } = below(root);
  for (const child of expressions) yield* everyOne(child);
  for (const query of queries) yield* expressionsOf(query);
}

/** True when a node of one of the kinds stands in the expression itself, not in a subquery of it. */
export function holdsKind(root: Expression, ...kinds: readonly Expression["kind"][]): boolean {
  return kinds.includes(root.kind) || below(root).expressions.some((child) => holdsKind(child, ...kinds));
}

/** True when the expression may give another value each time it is computed for the same row. */
export function isVolatile(root: Expression): boolean {
  for (const node of everyOne(root)) {
    if ((node.kind === "call" || node.kind === "aggregate") && node.function.volatile) return true;
  }
  return false;
}

/** Aliases of the sources that a FROM brings in scope. */
export function aliasesOf(source: Source | null): readonly string[] {
  if (source === null) return [];
  if (source.kind === "join") return [...aliasesOf(source.left), ...aliasesOf(source.right)];
  return source.kind === "generate" ? [...aliasesOf(source.input), source.alias] : [source.alias];
}
