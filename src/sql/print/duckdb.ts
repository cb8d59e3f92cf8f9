import type { Expression, Query, Source } from "../resolve/resolved.ts";
import { printExpressionNode } from "./expression.ts";
import type { Printer } from "./printer.ts";
import { printQueryNode } from "./query.ts";
import { printSourceNode } from "./source.ts";

const within = (children: Printer): Printer =>
  Object.freeze({
    expression: (node: Expression) => printExpressionNode(node, children),
    query: (node: Query) => printQueryNode(node, children),
    source: (node: Source) => printSourceNode(node, children),
    within,
  });

const printer: Printer = Object.freeze({
  expression: (node: Expression) => printExpressionNode(node, printer),
  query: (node: Query) => printQueryNode(node, printer),
  source: (node: Source) => printSourceNode(node, printer),
  within,
});

/**
 * A resolved query as one SELECT for DuckDB: every name quoted and qualified, every type explicit, every order total as to NULLs.
 * @throws TypeError for a relation that is not governed yet; Fault BAD_REQUEST for what DuckDB has no form for.
 */
export function printQuery(query: Query): string {
  return printer.query(query);
}
