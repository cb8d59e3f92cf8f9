import type { TagCondition } from "#kernel/mod.ts";
import type { WrittenCondition } from "../ast/attribute-policy.ts";
import type { Parser } from "./parser.ts";

type Rule = (parser: Parser) => TagCondition;

const makers: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["HAS_TAG", parseHasTag],
  ["HASTAG", parseHasTag],
  ["HAS_TAG_VALUE", parseHasTagValue],
  ["HASTAGVALUE", parseHasTagValue],
]);

function parseHasTag(parser: Parser): TagCondition {
  parser.expectSymbol("(");
  const key = parser.string("a tag's key in quotes");
  parser.expectSymbol(")");
  return Object.freeze({ kind: "has_tag", key });
}

function parseHasTagValue(parser: Parser): TagCondition {
  parser.expectSymbol("(");
  const key = parser.string("a tag's key in quotes");
  parser.expectSymbol(",");
  const value = parser.string("a tag's value in quotes");
  parser.expectSymbol(")");
  return Object.freeze({ kind: "has_tag_value", key, value });
}

function parsePrimary(parser: Parser): TagCondition {
  if (parser.accept("NOT")) return Object.freeze({ kind: "not", operand: parser.nest(() => parsePrimary(parser)) });
  if (parser.acceptSymbol("(")) {
    const inner = parser.nest(() => parseOr(parser));
    parser.expectSymbol(")");
    return inner;
  }
  const token = parser.peek();
  const rule = token.kind === "word" ? makers.get(token.word) : undefined;
  if (rule === undefined) throw parser.unexpected("has_tag, has_tag_value, NOT or a parenthesis");
  parser.next();
  return rule(parser);
}

function parseAnd(parser: Parser): TagCondition {
  let left = parsePrimary(parser);
  while (parser.accept("AND")) left = Object.freeze({ kind: "and", left, right: parsePrimary(parser) });
  return left;
}

function parseOr(parser: Parser): TagCondition {
  let left = parseAnd(parser);
  while (parser.accept("OR")) left = Object.freeze({ kind: "or", left, right: parseAnd(parser) });
  return left;
}

/** `has_tag('k')`, `has_tag_value('k', 'v')`, and these with NOT, AND and OR. Source: Databricks' reference, "CREATE POLICY". */
export function parseTagConditionRule(parser: Parser): WrittenCondition {
  const { offset } = parser.at;
  const condition = parseOr(parser);
  return Object.freeze({ text: parser.text.slice(offset, parser.end), condition });
}
