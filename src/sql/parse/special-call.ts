import type { Argument, Call, Expression, Trim } from "../ast/expression.ts";
import type { Position } from "../ast/position.ts";
import type { Parser } from "./parser.ts";
import { startsQuery } from "./query-start.ts";

type Rule = (parser: Parser) => Expression;

function plainCall(at: Position, text: string, values: readonly Expression[]): Call {
  const identifier = Object.freeze({ kind: "identifier" as const, at, text, quoted: false });
  const items = values.map((value): Argument => Object.freeze({ kind: "argument", at: value.at, name: null, value }));
  return Object.freeze({
    kind: "call",
    at,
    name: Object.freeze({ kind: "name", at, parts: Object.freeze([identifier]) }),
    distinct: false,
    arguments: Object.freeze(items),
    within: Object.freeze([]),
    filter: null,
    nulls: null,
    over: null,
  });
}

function parseCast(tolerant: boolean): Rule {
  return (parser) => {
    const { at } = parser;
    parser.next();
    parser.expectSymbol("(");
    const operand = parser.grammar.expression(parser);
    parser.expect("AS");
    const type = parser.grammar.type(parser);
    parser.expectSymbol(")");
    return Object.freeze({ kind: "cast", at, operand, type, tolerant });
  };
}

function parseExtract(parser: Parser): Expression {
  const { at } = parser;
  parser.next();
  parser.expectSymbol("(");
  const field = parser.part().text.toUpperCase();
  parser.expect("FROM");
  const operand = parser.grammar.expression(parser);
  parser.expectSymbol(")");
  return Object.freeze({ kind: "extract", at, field, operand });
}

function parseTrim(parser: Parser): Expression {
  const { at } = parser;
  parser.next();
  parser.expectSymbol("(");
  const sides = ["BOTH", "LEADING", "TRAILING"] as const;
  const side = sides.find((word) => parser.accept(word));
  const trim = (characters: Expression | null, operand: Expression): Trim =>
    Object.freeze({ kind: "trim", at, side: side ?? "BOTH", characters, operand });
  if (side !== undefined && parser.accept("FROM")) {
    const operand = parser.grammar.expression(parser);
    parser.expectSymbol(")");
    return trim(null, operand);
  }
  const first = parser.grammar.expression(parser);
  if (parser.accept("FROM")) {
    const operand = parser.grammar.expression(parser);
    parser.expectSymbol(")");
    return trim(first, operand);
  }
  if (side !== undefined) throw parser.unexpected("FROM");
  const rest = parser.acceptSymbol(",") ? [parser.grammar.expression(parser)] : [];
  parser.expectSymbol(")");
  return plainCall(at, "trim", [first, ...rest]);
}

/** `f(a FROM b FOR c)` and the like: keywords in the place of commas. */
function parseKeyworded(name: string, keywords: readonly string[]): Rule {
  return (parser) => {
    const { at } = parser;
    parser.next();
    parser.expectSymbol("(");
    const values = [name === "position" ? parser.grammar.operand(parser) : parser.grammar.expression(parser)];
    const isKeyworded = keywords.some((word) => parser.isWord(word));
    for (const keyword of keywords) {
      if (isKeyworded ? parser.accept(keyword) : parser.acceptSymbol(","))
        values.push(parser.grammar.expression(parser));
    }
    if (!isKeyworded && parser.acceptSymbol(",")) values.push(parser.grammar.expression(parser));
    parser.expectSymbol(")");
    return plainCall(at, name, values);
  };
}

function parseExists(parser: Parser): Expression | undefined {
  let ahead = 2;
  while (parser.isSymbol("(", ahead)) ahead += 1;
  if (!startsQuery(parser, ahead)) return undefined;
  const { at } = parser;
  parser.next();
  parser.expectSymbol("(");
  const query = parser.grammar.query(parser);
  parser.expectSymbol(")");
  return Object.freeze({ kind: "exists", at, query });
}

const rules: ReadonlyMap<string, (parser: Parser) => Expression | undefined> = new Map<
  string,
  (parser: Parser) => Expression | undefined
>([
  ["CAST", parseCast(false)],
  ["TRY_CAST", parseCast(true)],
  ["EXTRACT", parseExtract],
  ["TRIM", parseTrim],
  ["SUBSTRING", parseKeyworded("substring", ["FROM", "FOR"])],
  ["SUBSTR", parseKeyworded("substr", ["FROM", "FOR"])],
  ["POSITION", parseKeyworded("position", ["IN"])],
  ["OVERLAY", parseKeyworded("overlay", ["PLACING", "FROM", "FOR"])],
  ["EXISTS", parseExists],
]);

/** Calls with a grammar of their own, whose word and parenthesis stand here; undefined when `word` begins none. */
export function parseSpecialCall(parser: Parser, word: string): Expression | undefined {
  const rule = rules.get(word);
  return rule === undefined ? undefined : parser.nest(() => rule(parser));
}
