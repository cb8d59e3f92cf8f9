import type { Expression } from "../ast/expression.ts";
import type { Query } from "../ast/query.ts";
import type { Statement } from "../ast/statement.ts";
import { printExpression as expressionText } from "./expression.ts";
import type { Printer } from "./printer.ts";
import { printQuery as queryText } from "./query.ts";
import { printStatementNode } from "./statement.ts";

const printer: Printer = Object.freeze({
  expression: (node: Expression) => expressionText(node, printer),
  query: (node: Query) => queryText(node, printer),
});

/** A statement as canonical Databricks SQL: parsed again, it gives the same tree but for positions and kept texts. */
export function printStatement(node: Statement): string {
  return printStatementNode(node, printer);
}

/** A query as canonical Databricks SQL, without parentheses around it. */
export function printQuery(node: Query): string {
  return printer.query(node);
}

/** An expression as canonical Databricks SQL. */
export function printExpression(node: Expression): string {
  return printer.expression(node);
}
