import type { Call, Expression } from "../resolve/resolved.ts";
import { printAggregate, printWindow } from "./aggregate.ts";
import { printCast } from "./cast.ts";
import { withRoom } from "./decimal-arithmetic.ts";
import { printLambda } from "./lambda.ts";
import { printPlainMatch } from "./like.ts";
import { printLiteral } from "./literal.ts";
import type { Printer } from "./printer.ts";
import { quoteName, quoteText } from "./quote.ts";
import { fillTemplate } from "./template.ts";

/** One expression. A node without a case does not compile. */
export function printExpressionNode(node: Expression, printer: Printer): string {
  const { expression, query } = printer;
  switch (node.kind) {
    case "literal":
      return printLiteral(node);
    case "column":
      return `${quoteName(node.source)}.${quoteName(node.column)}`;
    case "outside_call":
      throw new TypeError("a Python function that is no step was about to be printed");
    case "output":
      throw new TypeError("a column of the output stands in ORDER BY alone");
    case "lambda_parameter":
      return quoteName(node.id);
    case "cast":
      return printCast(expression(node.operand), node.operand.type, node.type, node.tolerant);
    case "call": {
      const given = printArguments(node, printer);
      return printPlainMatch(node, given) ?? delimited(fillTemplate(node.function, withRoom(node, given), node.type));
    }
    case "aggregate":
      return delimited(printAggregate(node, printer));
    case "window":
      return delimited(printWindow(node, printer));
    case "lambda":
      return printLambda(node, undefined, printer);
    case "case":
      return printCase(node, printer);
    case "in_list":
      return `(${expression(node.operand)} ${isIn(node)} (${node.items.map(expression).join(", ")}))`;
    case "in_query":
      return `(${expression(node.operand)} ${isIn(node)} (${query(node.query)}))`;
    case "exists":
      return `(EXISTS (${query(node.query)}))`;
    case "scalar_subquery":
      return `(${query(node.query)})`;
    case "field":
      return `system.main.struct_extract(${expression(node.operand)}, ${quoteText(node.field)})`;
  }
}

const printArguments = ({ function: row, arguments: given }: Call, printer: Printer): readonly string[] =>
  given.map((one) => (one.kind === "lambda" ? printLambda(one, row.lambda, printer) : printer.expression(one)));

const isIn = ({ negated }: { readonly negated: boolean }): string => (negated ? "NOT IN" : "IN");

/** One call alone needs no parentheses; a template with an operator gets them. */
function delimited(text: string): string {
  return /^[a-z_][a-z0-9_.]*\([^()]*\)$/i.test(text) ? text : `(${text})`;
}

function printCase(node: Extract<Expression, { kind: "case" }>, { expression }: Printer): string {
  const branches = node.branches.map(
    ({ condition, result }) => `WHEN ${expression(condition)} THEN ${expression(result)}`,
  );
  const otherwise = node.otherwise === null ? "" : ` ELSE ${expression(node.otherwise)}`;
  return `(CASE ${branches.join(" ")}${otherwise} END)`;
}
