import type { Position } from "../ast/position.ts";
import type { ChangeTags, CreateGovernedTag, DropGovernedTag, TagSetting } from "../ast/tag.ts";
import { syntaxFault } from "./fault.ts";
import { byItself } from "./names.ts";
import type { Parser } from "./parser.ts";
import { acceptKind, parseSecurableName } from "./securable.ts";

const TARGETS = ["CATALOG", "SCHEMA", "TABLE", "VIEW"] as const;

/** A key or value: a name as written, or a string. */
function parseText(parser: Parser, what: string): string {
  return parser.peek().kind === "string" ? parser.string(what) : parser.identifier(what).text;
}

function parseSetting(parser: Parser): TagSetting {
  const key = parser.string("a tag's key in quotes");
  const value = parser.acceptSymbol("=") ? parser.string("a tag's value in quotes") : "";
  return Object.freeze({ key, value });
}

type TagChange = Pick<ChangeTags, "set" | "unset">;

/** `SET TAGS ('key' [= 'value'], …)` or `UNSET TAGS ('key', …)`, when one of them stands here. */
export function acceptTagChange(parser: Parser): TagChange | null {
  const none = Object.freeze([]);
  if (parser.accept("SET TAGS")) return { set: parser.parenthesised(() => parseSetting(parser)), unset: none };
  if (parser.accept("UNSET TAGS"))
    return { set: none, unset: parser.parenthesised(() => parser.string("a tag's key in quotes")) };
  return null;
}

/** `{SET | UNSET} TAG ON kind name key [= value]`. Source: "SET TAG" of Databricks' SQL reference. */
export function parseTagOn(parser: Parser): ChangeTags {
  const { at } = parser;
  const isSet = parser.accept("SET TAG ON");
  if (!isSet) parser.expect("UNSET TAG ON");
  const { target, column } = parseTagged(parser);
  const key = parseText(parser, "a tag's key");
  const value = isSet && parser.acceptSymbol("=") ? parseText(parser, "a tag's value") : "";
  const set = Object.freeze(isSet ? [Object.freeze({ key, value })] : []);
  return Object.freeze({ kind: "change_tags", at, target, column, set, unset: Object.freeze(isSet ? [] : [key]) });
}

function parseTagged(parser: Parser): Pick<ChangeTags, "target" | "column"> {
  const { at } = parser;
  const word = acceptKind(parser, TARGETS);
  if (word !== undefined) return { target: parseSecurableName(parser, word, at), column: null };
  if (!parser.accept("COLUMN")) throw parser.unexpected("CATALOG, SCHEMA, TABLE, VIEW or COLUMN");
  const parts = [parser.identifier("a column's name")];
  while (parser.acceptSymbol(".")) parts.push(parser.part());
  const column = byItself(parts.pop()!);
  if (parts.length < 1 || parts.length > 3)
    throw syntaxFault(at, "A column is named with its table: [[catalog.]schema.]table.column.");
  const name = Object.freeze({ kind: "name", at, parts: Object.freeze(parts) } as const);
  return { target: Object.freeze({ kind: "securable", at, word: "TABLE", type: "TABLE", name }), column };
}

/** Behind CREATE GOVERNED TAG. */
export function parseCreateGovernedTag(parser: Parser, at: Position): CreateGovernedTag {
  const key = parseText(parser, "a tag's key");
  const description = parser.accept("DESCRIPTION") ? parser.string() : null;
  const values = parser.accept("VALUES") ? parser.parenthesised(() => parser.string("a value in quotes")) : [];
  return Object.freeze({ kind: "create_governed_tag", at, key, description, values: Object.freeze(values) });
}

/** `DROP GOVERNED TAG key`. */
export function parseDropGovernedTag(parser: Parser): DropGovernedTag {
  const { at } = parser;
  parser.expect("DROP GOVERNED TAG");
  return Object.freeze({ kind: "drop_governed_tag", at, key: parseText(parser, "a tag's key") });
}
