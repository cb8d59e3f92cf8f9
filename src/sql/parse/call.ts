import type { Argument, Call, Expression, Star } from "../ast/expression.ts";
import type { Identifier, Name } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { parseOrderItems } from "./order.ts";
import type { Parser } from "./parser.ts";
import { refusedCalls } from "./refused.ts";
import { parseStar } from "./star.ts";
import { parseOver } from "./window.ts";

/** `x ->` or `(x, y) ->`: the parameters, or undefined when no lambda stands here. */
function lambdaParameters(parser: Parser): readonly Identifier[] | undefined {
  if (parser.isIdentifier() && parser.isSymbol("->", 1)) return Object.freeze([parser.identifier()]);
  if (!parser.isSymbol("(")) return undefined;
  let ahead = 1;
  while (parser.isIdentifier(ahead) && parser.isSymbol(",", ahead + 1)) ahead += 2;
  if (!parser.isIdentifier(ahead) || !parser.isSymbol(")", ahead + 1) || !parser.isSymbol("->", ahead + 2)) {
    return undefined;
  }
  return parser.parenthesised(() => parser.identifier());
}

function parseValue(parser: Parser): Expression | Star {
  const { at } = parser;
  const parameters = lambdaParameters(parser);
  if (parameters !== undefined) {
    parser.expectSymbol("->");
    return Object.freeze({ kind: "lambda", at, parameters, body: parser.grammar.expression(parser) });
  }
  return parseStar(parser) ?? parser.grammar.expression(parser);
}

function parseArgument(parser: Parser): Argument {
  const { at } = parser;
  if (parser.isWord("TABLE")) throw unsupportedFault(at, "A table as an argument, TABLE(…)");
  if (parser.isWord("SELECT") || parser.isWord("WITH")) {
    throw syntaxFault(at, "A query as an argument stands in parentheses of its own.");
  }
  let name: Identifier | null = null;
  if (parser.isIdentifier() && parser.isSymbol("=>", 1)) {
    name = parser.identifier();
    parser.next();
  }
  const value = parseValue(parser);
  if (parser.isWord("AS")) {
    throw unsupportedFault(parser.at, "An alias of an argument", "Use named_struct('name', value, …).");
  }
  return Object.freeze({ kind: "argument", at, name, value });
}

function parseNulls(parser: Parser): Call["nulls"] {
  if (parser.accept("IGNORE NULLS")) return "IGNORE";
  return parser.accept("RESPECT NULLS") ? "RESPECT" : null;
}

function parseWithin(parser: Parser): Call["within"] {
  if (!parser.accept("WITHIN GROUP")) return Object.freeze([]);
  parser.expectSymbol("(");
  parser.expect("ORDER BY");
  const items = parseOrderItems(parser);
  parser.expectSymbol(")");
  return items;
}

function parseFilter(parser: Parser): Expression | null {
  if (!parser.isWord("FILTER") || !parser.isSymbol("(", 1)) return null;
  parser.next();
  parser.expectSymbol("(");
  parser.expect("WHERE");
  const condition = parser.grammar.expression(parser);
  parser.expectSymbol(")");
  return condition;
}

/** The arguments in their parentheses. */
export function parseArguments(parser: Parser): readonly Argument[] {
  parser.expectSymbol("(");
  if (parser.acceptSymbol(")")) return Object.freeze([]);
  const items = parser.list(() => parseArgument(parser));
  parser.expectSymbol(")");
  return items;
}

/** A name of one to three parts, of a function; the refused ones are named. */
export function functionName(parts: readonly Identifier[], at: Position): Name {
  if (parts.length > 3) throw syntaxFault(at, "A function's name has three parts at most: catalog.schema.name.");
  const refused = parts.length === 1 ? refusedCalls.get((parts[0]?.text ?? "").toUpperCase()) : undefined;
  if (refused !== undefined) throw unsupportedFault(at, refused, "Write the name itself.");
  return Object.freeze({ kind: "name", at, parts: Object.freeze([...parts]) });
}

/** What follows a function's name: `(…)` and then WITHIN GROUP, FILTER, IGNORE NULLS, OVER. */
export function parseCall(parser: Parser, parts: readonly Identifier[], at: Position): Call {
  const name = functionName(parts, at);
  return parser.nest(() => {
    parser.expectSymbol("(");
    const distinct = parser.accept("DISTINCT");
    if (!distinct && !parser.isSymbol(")", 1)) parser.accept("ALL");
    const items = !distinct && parser.isSymbol(")") ? Object.freeze([]) : parser.list(() => parseArgument(parser));
    const inner = parseNulls(parser);
    if (parser.isWord("ORDER") || parser.isWord("LIMIT")) {
      throw unsupportedFault(parser.at, "ORDER BY and LIMIT inside a call", "Use WITHIN GROUP (ORDER BY …).");
    }
    if (parser.isWord("USING")) throw unsupportedFault(parser.at, "TRANSFORM … USING");
    parser.expectSymbol(")");
    const within = parseWithin(parser);
    const filter = parseFilter(parser);
    const nulls = inner ?? parseNulls(parser);
    const over = parseOver(parser);
    return Object.freeze({ kind: "call", at, name, distinct, arguments: items, within, filter, nulls, over });
  });
}
