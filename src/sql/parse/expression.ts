import type { Expression, Like } from "../ast/expression.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { negated } from "./literal.ts";
import { operatorAt } from "./operators.ts";
import type { Parser } from "./parser.ts";
import { parsePostfix } from "./postfix.ts";
import { parsePrimary } from "./primary.ts";
import { continuesQuery, startsQuery } from "./query-start.ts";

function parseUnary(parser: Parser): Expression {
  const { at } = parser;
  const token = parser.peek();
  const sign = token.kind === "symbol" ? token.symbol : "";
  if (sign !== "-" && sign !== "+" && sign !== "~") return parsePostfix(parser, parsePrimary(parser));
  parser.next();
  const following = parser.peek();
  if (sign === "-" && following.kind === "number") {
    parser.next();
    return parsePostfix(parser, negated(following, at));
  }
  const operand = parser.nest(() => parseUnary(parser));
  return Object.freeze({ kind: "unary", at, operator: sign, operand });
}

function parseBinary(parser: Parser, floor: number): Expression {
  let left = parseUnary(parser);
  for (let row = operatorAt(parser.peek()); row !== undefined; row = operatorAt(parser.peek())) {
    if (row.precedence < floor) return left;
    parser.next();
    const right = parseBinary(parser, row.precedence + 1);
    left = Object.freeze({ kind: "binary", at: left.at, operator: row.operator, left, right });
  }
  return left;
}

/** Comparison and what binds tighter, without predicates, NOT, AND and OR. */
export function parseOperand(parser: Parser): Expression {
  return parseBinary(parser, 1);
}

function parseIs(parser: Parser, operand: Expression): Expression {
  const { at } = operand;
  const isNegated = parser.accept("NOT");
  if (parser.accept("DISTINCT FROM")) {
    return Object.freeze({ kind: "is_distinct", at, left: operand, right: parseOperand(parser), negated: isNegated });
  }
  for (const test of ["NULL", "TRUE", "FALSE"] as const) {
    if (parser.accept(test)) return Object.freeze({ kind: "is_test", at, operand, test, negated: isNegated });
  }
  if (parser.accept("UNKNOWN"))
    return Object.freeze({ kind: "is_test", at, operand, test: "NULL", negated: isNegated });
  throw parser.unexpected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
}

function parseIn(parser: Parser, operand: Expression, isNegated: boolean): Expression {
  const { at } = operand;
  parser.expectSymbol("(");
  if (startsQuery(parser)) {
    const query = parser.grammar.query(parser);
    parser.expectSymbol(")");
    return Object.freeze({ kind: "in_query", at, operand, query, negated: isNegated });
  }
  const items = parser.list(() => parser.grammar.expression(parser));
  const [only] = items;
  if (items.length === 1 && only?.kind === "scalar_subquery") {
    const query = continuesQuery(parser) ? parser.grammar.queryFrom(parser, only.query) : only.query;
    parser.expectSymbol(")");
    return Object.freeze({ kind: "in_query", at, operand, query, negated: isNegated });
  }
  parser.expectSymbol(")");
  return Object.freeze({ kind: "in_list", at, operand, items, negated: isNegated });
}

function parseLike(parser: Parser, operand: Expression, operator: Like["operator"], isNegated: boolean): Expression {
  const { at } = operand;
  if (parser.isWord("ANY") || parser.isWord("ALL") || parser.isWord("SOME")) {
    throw unsupportedFault(parser.at, `${operator} ANY / ALL`, "Write each pattern, joined by OR or AND.");
  }
  const pattern = parseOperand(parser);
  let escapedBy: string | null = null;
  if (operator !== "RLIKE" && parser.isWord("ESCAPE")) {
    parser.next();
    const escapeAt = parser.at;
    escapedBy = parser.string("the escape character");
    if ([...escapedBy].length !== 1) throw syntaxFault(escapeAt, "ESCAPE takes one character.");
  }
  return Object.freeze({ kind: "like", at, operator, operand, pattern, escape: escapedBy, negated: isNegated });
}

/** An operand and at most one predicate: IS, BETWEEN, IN, LIKE. */
function parsePredicate(parser: Parser): Expression {
  const operand = parseOperand(parser);
  if (parser.accept("IS")) return parseIs(parser, operand);
  const isNegated = parser.accept("NOT");
  if (parser.accept("BETWEEN")) {
    const low = parseOperand(parser);
    parser.expect("AND");
    const high = parseOperand(parser);
    return Object.freeze({ kind: "between", at: operand.at, operand, low, high, negated: isNegated });
  }
  if (parser.accept("IN")) return parseIn(parser, operand, isNegated);
  for (const operator of ["LIKE", "ILIKE", "RLIKE"] as const) {
    if (parser.accept(operator)) return parseLike(parser, operand, operator, isNegated);
  }
  if (parser.accept("REGEXP")) return parseLike(parser, operand, "RLIKE", isNegated);
  if (parser.isWords("SIMILAR TO")) throw unsupportedFault(parser.at, "SIMILAR TO", "Use RLIKE.");
  if (parser.isWord("GLOB")) throw unsupportedFault(parser.at, "GLOB", "Use LIKE.");
  if (parser.isWord("COLLATE")) throw unsupportedFault(parser.at, "COLLATE");
  if (isNegated) throw parser.unexpected("BETWEEN, IN, LIKE, ILIKE or RLIKE");
  return operand;
}

function parseNot(parser: Parser): Expression {
  const { at } = parser;
  if (!parser.accept("NOT") && !parser.acceptSymbol("!")) return parsePredicate(parser);
  const operand = parser.nest(() => parseNot(parser));
  return Object.freeze({ kind: "unary", at, operator: "NOT", operand });
}

function parseLogical(parser: Parser, operator: "AND" | "OR", tighter: (parser: Parser) => Expression): Expression {
  let left = tighter(parser);
  while (parser.accept(operator)) {
    left = Object.freeze({ kind: "binary", at: left.at, operator, left, right: tighter(parser) });
  }
  return left;
}

/** Any expression but `*` and a lambda, which only certain places allow. */
export function parseExpression(parser: Parser): Expression {
  const parseAnd = () => parseLogical(parser, "AND", parseNot);
  return parser.nest(() => parseLogical(parser, "OR", parseAnd));
}
