import type { Case, CaseBranch, ColumnReference, Expression } from "../ast/expression.ts";
import type { Identifier } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import { parseCall } from "./call.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { parseInterval } from "./interval.ts";
import { parseTemporalLiteral } from "./literal.ts";
import type { Parser } from "./parser.ts";
import { continuesQuery, startsQuery } from "./query-start.ts";
import { reservedEverywhere } from "./reserved.ts";
import { parseSpecialCall } from "./special-call.ts";

/** Functions the dialect also writes without parentheses. */
const bareFunctions: ReadonlySet<string> = new Set([
  "CURRENT_DATE",
  "CURRENT_TIMESTAMP",
  "CURRENT_USER",
  "SESSION_USER",
  "CURRENT_TIMEZONE",
  "LOCALTIMESTAMP",
]);

/** Keywords that are functions too, when a parenthesis follows. */
const callableKeywords: ReadonlySet<string> = new Set(["ANY", "SOME", "FILTER", "RIGHT", "EXISTS"]);

function parseCase(parser: Parser): Case {
  const { at } = parser;
  parser.expect("CASE");
  const operand = parser.isWord("WHEN") ? null : parser.grammar.expression(parser);
  const branches: CaseBranch[] = [];
  while (parser.isWord("WHEN")) {
    const branchAt = parser.at;
    parser.next();
    const condition = parser.grammar.expression(parser);
    parser.expect("THEN");
    branches.push(
      Object.freeze({ kind: "case_branch", at: branchAt, condition, result: parser.grammar.expression(parser) }),
    );
  }
  if (branches.length === 0) throw parser.unexpected("WHEN");
  const otherwise = parser.accept("ELSE") ? parser.grammar.expression(parser) : null;
  parser.expect("END");
  return Object.freeze({ kind: "case", at, operand, branches: Object.freeze(branches), otherwise });
}

/** `(…)`: a subquery, a row, or an expression in parentheses, which leaves no node of its own. */
function parseParentheses(parser: Parser): Expression {
  const { at } = parser;
  parser.expectSymbol("(");
  if (startsQuery(parser)) {
    const query = parser.grammar.query(parser);
    parser.expectSymbol(")");
    return Object.freeze({ kind: "scalar_subquery", at, query });
  }
  const items = parser.list(() => parser.grammar.expression(parser));
  const [only] = items;
  if (items.length === 1 && only !== undefined) {
    if (only.kind === "scalar_subquery" && continuesQuery(parser)) {
      const query = parser.grammar.queryFrom(parser, only.query);
      parser.expectSymbol(")");
      return Object.freeze({ kind: "scalar_subquery", at, query });
    }
    parser.expectSymbol(")");
    return only;
  }
  parser.expectSymbol(")");
  return Object.freeze({ kind: "row", at, items });
}

function parseParameter(parser: Parser): Expression {
  const { at } = parser;
  parser.expectSymbol(":");
  const token = parser.peek();
  if (token.kind !== "word" || token.at.offset !== at.offset + 1)
    throw parser.unexpected("a parameter's name behind ':'");
  parser.next();
  return Object.freeze({ kind: "parameter", at, name: token.text });
}

function parseSymbol(parser: Parser, symbol: string): Expression {
  const { at } = parser;
  switch (symbol) {
    case "(":
      return parseParentheses(parser);
    case ":":
      return parseParameter(parser);
    case "?":
      throw unsupportedFault(at, "A positional parameter, ?", "Name it: :name.");
    case "[":
      throw unsupportedFault(at, "A list in brackets", "Write array(…).");
    case "{":
      throw unsupportedFault(at, "A value in braces", "Write named_struct(…) or map(…).");
    case "*":
      throw syntaxFault(at, "'*' stands only in a select list and in count(*).");
    default:
      throw parser.unexpected("an expression");
  }
}

/** `a[.b…]`, or a call when a parenthesis follows. */
function parseNamed(parser: Parser): Expression {
  const { at } = parser;
  const parts: Identifier[] = [parser.identifier("an expression")];
  while (parser.isSymbol(".")) {
    if (parser.isSymbol("*", 1)) throw syntaxFault(parser.at, "'*' stands only in a select list and in count(*).");
    parser.next();
    parts.push(parser.part());
  }
  if (parser.isSymbol("(")) return parseCall(parser, parts, at);
  const column: ColumnReference = Object.freeze({ kind: "column", at, parts: Object.freeze(parts) });
  return column;
}

function parseWord(parser: Parser, word: string, at: Position): Expression {
  const hasParenthesis = parser.isSymbol("(", 1);
  if (word === "CASE") return parser.nest(() => parseCase(parser));
  if (word === "NULL" || word === "TRUE" || word === "FALSE") {
    parser.next();
    if (word === "NULL") return Object.freeze({ kind: "null_literal", at });
    return Object.freeze({ kind: "boolean_literal", at, value: word === "TRUE" });
  }
  const literal = parseTemporalLiteral(parser) ?? parseInterval(parser);
  if (literal !== undefined) return literal;
  const special = hasParenthesis ? parseSpecialCall(parser, word) : undefined;
  if (special !== undefined) return special;
  if (hasParenthesis && callableKeywords.has(word)) return parseCall(parser, [parser.part()], at);
  if (bareFunctions.has(word) && !hasParenthesis && !parser.isSymbol(".", 1)) {
    const name = Object.freeze({ kind: "name" as const, at, parts: Object.freeze([parser.identifier()]) });
    return Object.freeze({
      kind: "call",
      at,
      name,
      distinct: false,
      arguments: Object.freeze([]),
      within: Object.freeze([]),
      filter: null,
      nulls: null,
      over: null,
    });
  }
  if (word === "TABLE" && hasParenthesis) throw unsupportedFault(at, "A table as an argument, TABLE(…)");
  if (reservedEverywhere.has(word)) throw parser.unexpected("an expression");
  return parseNamed(parser);
}

/** The smallest expressions: literals, names, calls, parentheses, CASE. */
export function parsePrimary(parser: Parser): Expression {
  const token = parser.peek();
  const { at } = token;
  switch (token.kind) {
    case "number":
      parser.next();
      return token.literal;
    case "string":
      return Object.freeze({ kind: "string_literal", at, value: parser.string() });
    case "binary":
      parser.next();
      return Object.freeze({ kind: "binary_literal", at, hex: token.hex });
    case "dollar":
      throw syntaxFault(at, "$$…$$ stands only as a function's body.");
    case "quoted":
      return parseNamed(parser);
    case "word":
      return parseWord(parser, token.word, at);
    case "symbol":
      return parseSymbol(parser, token.symbol);
    case "end":
      throw parser.unexpected("an expression");
  }
}
