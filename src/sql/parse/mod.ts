/**
 * Databricks SQL text to frozen syntax trees.
 * Owns: the lexer, the grammar, the tables of reserved and refused words.
 * Never: looks up a name, checks a right or a type, or lets through what it does not know.
 * Depends on: base, wire, ../ast.
 */
import type { TagCondition } from "#kernel/mod.ts";
import type { Expression } from "../ast/expression.ts";
import type { Query } from "../ast/query.ts";
import type { Statement } from "../ast/statement.ts";
import type { TypeSyntax } from "../ast/type.ts";
import { assertDepth } from "./depth.ts";
import { parseExpression, parseOperand } from "./expression.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { lex } from "./lex.ts";
import { type Grammar, Parser } from "./parser.ts";
import { parseQuery, parseQueryFrom } from "./query.ts";
import { parseStatementRule } from "./statement.ts";
import { parseTagConditionRule } from "./tag-condition.ts";
import { showToken } from "./token.ts";
import { parseType } from "./type.ts";

const grammar: Grammar = Object.freeze({
  expression: parseExpression,
  operand: parseOperand,
  query: parseQuery,
  queryFrom: parseQueryFrom,
  type: parseType,
});

function expectEnd(parser: Parser): void {
  const token = parser.peek();
  if (token.kind === "end") return;
  if (parser.isSymbol("|>")) throw unsupportedFault(token.at, "The pipe operator |>", "Nest the query in FROM.");
  throw syntaxFault(token.at, `Syntax error at ${showToken(token)}: the statement could have ended before it.`);
}

function parseWhole<T extends object>(text: string, rule: (parser: Parser) => T): T {
  const parser = new Parser(text, lex(text), grammar);
  const { at } = parser;
  const tree = rule(parser);
  if (parser.acceptSymbol(";") && parser.peek().kind !== "end") {
    throw syntaxFault(parser.at, "Only one statement may be sent at a time; this begins a second one.");
  }
  expectEnd(parser);
  assertDepth(tree, at);
  return tree;
}

/**
 * The one statement in `text`; a `;` may end it. The tree is frozen.
 * Throws Fault BAD_REQUEST, reason PARSE_SYNTAX_ERROR (42601) or UNSUPPORTED_FEATURE (0A000), naming construct and position;
 * REQUEST_TOO_LARGE beyond STATEMENT_TEXT_BYTES_MAX. Nothing else is thrown, whatever the text.
 */
export function parseStatement(text: string): Statement {
  return parseWhole(text, parseStatementRule);
}

/** A query kept as text: a view's, a table function's body. Throws as `parseStatement`. */
export function parseQueryText(text: string): Query {
  return parseWhole(text, parseQuery);
}

/** An expression kept as text: a function's body, a default. Throws as `parseStatement`. */
export function parseExpressionText(text: string): Expression {
  return parseWhole(text, parseExpression);
}

/** A type kept as text, `DECIMAL(10,2)`. Throws as `parseStatement`. */
export function parseTypeText(text: string): TypeSyntax {
  return parseWhole(text, parseType);
}

/** A condition on tags given as text, `has_tag('pii') AND NOT has_tag('public')`. Throws as `parseStatement`. */
export function parseTagCondition(text: string): TagCondition {
  return parseWhole(text, parseTagConditionRule).condition;
}
