import type { Expression, Query, Select, SortKey } from "../resolve/resolved.ts";
import { staysBehind } from "./stays-behind.ts";
import { holdsQuery, rebuildExpression } from "./tree.ts";

/**
 * Expressions of a whole statement that may fail, and yet tell of no hidden row: aggregates above everything that is read, and what
 * is computed from their values alone. An engine hands an aggregate the rows that every filter and join beneath it has left, so
 * that it meets visible rows only; and where nothing is joined to its result, no other table decides whether it is computed.
 * What an aggregate is given is evaluated beneath it, and is judged like anything else.
 */
export function gatheredExpressions(statement: Query): ReadonlySet<Expression> {
  const gathered = new Set<Expression>();
  for (const { select, order } of spineOf(statement)) {
    const roots = [...select.items.map((item) => item.value), select.having, ...order.map((key) => key.value)];
    for (const root of roots) if (root !== null) collect(root, gathered);
  }
  return gathered;
}

/** One SELECT above all the others, and the order of its rows. */
interface Vertebra {
  readonly select: Select;
  readonly order: readonly SortKey[];
}

/** The outermost SELECT, and the one that it has as its only source, and so on. */
function spineOf({ body, with: common, order }: Query): readonly Vertebra[] {
  // A common table may be read by two sides of a join.
  if (body.kind !== "select" || common.length > 0) return [];
  const { from } = body;
  const beneath = from?.kind === "subquery" && !from.lateral && !hasQuery(body) ? spineOf(from.query) : [];
  return [{ select: body, order }, ...beneath];
}

function hasQuery(select: Select): boolean {
  const roots = [...select.items.map((item) => item.value), select.where, select.having, select.qualify];
  return [...roots, ...(select.group?.keys ?? [])].some((root) => root !== null && holdsQuery(root));
}

/** Adds what may fail and rests on aggregates alone. @returns whether all that the expression rests on is gathered. */
function collect(node: Expression, gathered: Set<Expression>): boolean {
  if (node.kind === "literal") return true;
  if (node.kind === "aggregate") {
    if (staysBehind(node)) gathered.add(node);
    return true;
  }
  if (node.kind !== "call" && node.kind !== "cast" && node.kind !== "case") {
    each(node, (child) => collect(child, gathered));
    return false;
  }
  let all = true;
  each(node, (child) => {
    all = collect(child, gathered) && all;
  });
  if (all && staysBehind(node)) gathered.add(node);
  return all;
}

/** Each child of an expression that is no query. */
function each(node: Expression, see: (child: Expression) => void): void {
  rebuildExpression(node, {
    expression: (child) => {
      see(child);
      return child;
    },
    source: (child) => child,
    query: (child) => child,
  });
}
