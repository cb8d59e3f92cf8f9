import type { Case, Expression, PathStep, SemiStructuredPath, Star } from "../ast/expression.ts";
import { precedenceOf } from "../parse/operators.ts";
import { printCall } from "./call.ts";
import { printLiteral, printString } from "./literal.ts";
import { printIdentifier, printName } from "./name.ts";
import { level, levelOf } from "./precedence.ts";
import type { Printer } from "./printer.ts";
import { printType } from "./type.ts";

/** The expression, in parentheses when it holds together less tight than `least`. */
function print(node: Expression, least: number, printer: Printer): string {
  const text = printer.expression(node);
  return levelOf(node) < least ? `(${text})` : text;
}

/** What `[`, `.` and `:` may follow; all else gets parentheses, which leave no node. */
function printBase(node: Expression, printer: Printer, isField: boolean): string {
  const text = printer.expression(node);
  const isBase =
    ["call", "cast", "subscript", "field_access"].includes(node.kind) || (node.kind === "column" && !isField);
  return isBase ? text : `(${text})`;
}

function printStar(star: Star): string {
  const qualifier = star.qualifier === null ? "" : `${printName(star.qualifier)}.`;
  const except = star.except.length === 0 ? "" : ` EXCEPT (${star.except.map(printName).join(", ")})`;
  return `${qualifier}*${except}`;
}

function printStep(step: PathStep, isFirst: boolean): string {
  if (step.kind === "path_index") return `[${step.index}]`;
  if (step.kind === "path_wildcard") return "[*]";
  if (step.exact) return `[${printString(step.name)}]`;
  return isFirst ? step.name : `.${step.name}`;
}

function printPath(node: SemiStructuredPath, printer: Printer): string {
  const steps = node.steps.map((step, index) => printStep(step, index === 0)).join("");
  return `${printBase(node.operand, printer, false)}:${steps}`;
}

function printCase(node: Case, printer: Printer): string {
  const operand = node.operand === null ? "" : ` ${printer.expression(node.operand)}`;
  const branches = node.branches.map(
    (branch) => ` WHEN ${printer.expression(branch.condition)} THEN ${printer.expression(branch.result)}`,
  );
  const otherwise = node.otherwise === null ? "" : ` ELSE ${printer.expression(node.otherwise)}`;
  return `CASE${operand}${branches.join("")}${otherwise} END`;
}

type Predicate = Extract<Expression, { kind: "is_test" | "is_distinct" | "between" | "in_list" | "in_query" | "like" }>;

function printPredicate(node: Predicate, printer: Printer): string {
  const side = (child: Expression) => print(child, level.comparison, printer);
  const not = node.negated ? "NOT " : "";
  switch (node.kind) {
    case "is_test":
      return `${side(node.operand)} IS ${not}${node.test}`;
    case "is_distinct":
      return `${side(node.left)} IS ${not}DISTINCT FROM ${side(node.right)}`;
    case "between":
      return `${side(node.operand)} ${not}BETWEEN ${side(node.low)} AND ${side(node.high)}`;
    case "in_list":
      return `${side(node.operand)} ${not}IN (${node.items.map(printer.expression).join(", ")})`;
    case "in_query":
      return `${side(node.operand)} ${not}IN (${printer.query(node.query)})`;
    case "like": {
      const escaped = node.escape === null ? "" : ` ESCAPE ${printString(node.escape)}`;
      return `${side(node.operand)} ${not}${node.operator} ${side(node.pattern)}${escaped}`;
    }
  }
}

function printUnary(node: Extract<Expression, { kind: "unary" }>, printer: Printer): string {
  if (node.operator === "NOT") return `NOT ${print(node.operand, level.not, printer)}`;
  // A sign before a number is part of it, and two minus signs begin a comment.
  const isBare = levelOf(node.operand) === level.primary && !node.operand.kind.endsWith("_literal");
  const operand = printer.expression(node.operand);
  return node.operator + (isBare ? operand : `(${operand})`);
}

function printBinary(node: Extract<Expression, { kind: "binary" }>, printer: Printer): string {
  const own = precedenceOf(node.operator);
  return `${print(node.left, own, printer)} ${node.operator} ${print(node.right, own + 1, printer)}`;
}

/** An expression as canonical text: it reads back as the same tree. */
export function printExpression(node: Expression, printer: Printer): string {
  switch (node.kind) {
    case "column":
      return node.parts.map(printIdentifier).join(".");
    case "parameter":
      return `:${node.name}`;
    case "star":
      return printStar(node);
    case "unary":
      return printUnary(node, printer);
    case "binary":
      return printBinary(node, printer);
    case "is_test":
    case "is_distinct":
    case "between":
    case "in_list":
    case "in_query":
    case "like":
      return printPredicate(node, printer);
    case "case":
      return printCase(node, printer);
    case "cast":
      return `${node.tolerant ? "TRY_CAST" : "CAST"}(${printer.expression(node.operand)} AS ${printType(node.type)})`;
    case "call":
      return printCall(node, printer);
    case "extract":
      return `EXTRACT(${node.field} FROM ${printer.expression(node.operand)})`;
    case "trim": {
      const characters = node.characters === null ? "" : `${printer.expression(node.characters)} `;
      return `TRIM(${node.side} ${characters}FROM ${printer.expression(node.operand)})`;
    }
    case "scalar_subquery":
      return `(${printer.query(node.query)})`;
    case "exists":
      return `EXISTS (${printer.query(node.query)})`;
    case "lambda":
      return `(${node.parameters.map(printIdentifier).join(", ")}) -> ${printer.expression(node.body)}`;
    case "subscript":
      return `${printBase(node.operand, printer, false)}[${printer.expression(node.index)}]`;
    case "field_access":
      return `${printBase(node.operand, printer, true)}.${printIdentifier(node.field)}`;
    case "path":
      return printPath(node, printer);
    case "row":
      return `(${node.items.map(printer.expression).join(", ")})`;
    default:
      return printLiteral(node);
  }
}
