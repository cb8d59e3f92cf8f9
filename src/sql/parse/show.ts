import type { DescribePolicy, ShowPolicies } from "../ast/attribute-policy.ts";
import type { ShowGrants } from "../ast/grants.ts";
import type { Name } from "../ast/name.ts";
import type { Describe, ShowObjects } from "../ast/reading.ts";
import { parseDescribePolicy, parseShowPolicies } from "./attribute-policy.ts";
import { unsupportedFault } from "./fault.ts";
import { parseShowGrants } from "./grants.ts";
import { parseCatalogName, parseSchemaName } from "./names.ts";
import type { Parser } from "./parser.ts";
import { acceptKind, parseSecurableName } from "./securable.ts";

type Objects = ShowObjects["objects"];

/** What SHOW lists, and the name that IN takes. */
// biome-ignore format: a table is read in columns
const listings: readonly (readonly [words: string, objects: Objects, scope: ((parser: Parser) => Name) | undefined])[] = [
  ["CATALOGS",         "CATALOGS",  undefined],
  ["SCHEMAS",          "SCHEMAS",   parseCatalogName],
  ["DATABASES",        "SCHEMAS",   parseCatalogName],
  ["TABLES",           "TABLES",    parseSchemaName],
  ["VIEWS",            "VIEWS",     parseSchemaName],
  ["COLUMNS",          "COLUMNS",   (parser) => parser.name("a table")],
  ["FUNCTIONS",        "FUNCTIONS", parseSchemaName],
  ["USER FUNCTIONS",   "FUNCTIONS", parseSchemaName],
];

/** `SHOW …`. Source: "SHOW" statements of Databricks' SQL reference. */
export function parseShow(parser: Parser): ShowObjects | ShowGrants | ShowPolicies {
  const { at } = parser;
  parser.expect("SHOW");
  if (parser.isWord("GRANTS") || parser.isWord("GRANT")) return parseShowGrants(parser, at);
  if (parser.isWord("POLICIES") || parser.isWords("EFFECTIVE POLICIES")) return parseShowPolicies(parser, at);
  const listing = listings.find(([words]) => parser.accept(words));
  if (listing === undefined) throw parser.unexpected("GRANTS, CATALOGS, SCHEMAS, TABLES, VIEWS, COLUMNS or FUNCTIONS");
  const [, objects, parseScope] = listing;
  const isScoped = parseScope !== undefined && (parser.accept("IN") || parser.accept("FROM"));
  if (objects === "COLUMNS" && !isScoped) throw parser.unexpected("IN and a table");
  const scope = isScoped ? parseScope(parser) : null;
  const isLike = parser.accept("LIKE");
  const hasPattern = objects !== "COLUMNS" && (isLike || parser.peek().kind === "string");
  const pattern = hasPattern ? parser.string("a pattern") : null;
  return Object.freeze({ kind: "show_objects", at, objects, scope, pattern });
}

/** `{DESCRIBE | DESC} [kind] [EXTENDED | FORMATTED] name`. */
export function parseDescribe(parser: Parser): Describe | DescribePolicy {
  const { at } = parser;
  if (!parser.accept("DESC")) parser.expect("DESCRIBE");
  if (["SELECT", "WITH", "VALUES", "FROM"].some((word) => parser.isWord(word))) {
    throw unsupportedFault(parser.at, "DESCRIBE of a query");
  }
  if (parser.isWord("POLICY") && parser.isIdentifier(1)) return parseDescribePolicy(parser, at);
  const targetAt = parser.at;
  const isName = parser.isSymbol(".", 1) || (!parser.isIdentifier(1) && !parser.isWord("TABLE"));
  const word = isName ? "TABLE" : (acceptKind(parser, ["CATALOG", "SCHEMA", "TABLE", "FUNCTION"]) ?? "TABLE");
  const isOption = (option: string) => parser.isWord(option) && parser.isIdentifier(1);
  const extended = isOption("EXTENDED") || isOption("FORMATTED");
  if (extended) parser.next();
  const target = parseSecurableName(parser, word, targetAt);
  if (parser.isWords("AS JSON")) throw unsupportedFault(parser.at, "DESCRIBE … AS JSON");
  if (parser.isIdentifier()) throw unsupportedFault(parser.at, "DESCRIBE of one column");
  return Object.freeze({ kind: "describe", at, target, extended });
}
