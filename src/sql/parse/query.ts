import type { Expression } from "../ast/expression.ts";
import type { CommonTable, Query, QueryBody, SetOperation, WholeTable } from "../ast/query.ts";
import { unsupportedFault } from "./fault.ts";
import { parseOrderBy } from "./order.ts";
import type { Parser } from "./parser.ts";
import { parseSelect } from "./select.ts";
import { parseValues } from "./values.ts";

function parseCommonTable(parser: Parser): CommonTable {
  const { at } = parser;
  const name = parser.identifier();
  const columns = parser.isSymbol("(") ? parser.parenthesised(() => parser.identifier()) : Object.freeze([]);
  parser.accept("AS");
  if (parser.isWord("MATERIALIZED") || parser.isWords("NOT MATERIALIZED")) {
    throw unsupportedFault(parser.at, "MATERIALIZED in WITH");
  }
  parser.expectSymbol("(");
  const query = parseQuery(parser);
  parser.expectSymbol(")");
  return Object.freeze({ kind: "common_table", at, name, columns, query });
}

function parseWith(parser: Parser): readonly CommonTable[] {
  const { at } = parser;
  if (!parser.accept("WITH")) return Object.freeze([]);
  if (parser.isWord("RECURSIVE")) throw unsupportedFault(at, "WITH RECURSIVE");
  return parser.list(() => parseCommonTable(parser));
}

function parseWholeTable(parser: Parser): WholeTable {
  const { at } = parser;
  parser.expect("TABLE");
  return Object.freeze({ kind: "whole_table", at, name: parser.name("a table's name") });
}

function parseBodyPrimary(parser: Parser): QueryBody {
  if (parser.isSymbol("(")) {
    parser.expectSymbol("(");
    const query = parseQuery(parser);
    parser.expectSymbol(")");
    return query;
  }
  if (parser.isWord("SELECT")) return parseSelect(parser);
  if (parser.isWord("VALUES")) return parseValues(parser);
  if (parser.isWord("TABLE")) return parseWholeTable(parser);
  if (parser.isWord("FROM"))
    throw unsupportedFault(parser.at, "A query that begins with FROM", "Write SELECT … FROM ….");
  throw parser.unexpected("a query");
}

type SetOperator = SetOperation["operator"];

function acceptSetOperator(parser: Parser, tight: boolean): SetOperator | undefined {
  if (tight) return parser.accept("INTERSECT") ? "INTERSECT" : undefined;
  if (parser.accept("UNION")) return "UNION";
  return parser.accept("EXCEPT") || parser.accept("MINUS") ? "EXCEPT" : undefined;
}

/** One level of set operations, left-associative; INTERSECT binds tighter than the others. */
function parseSetOperations(parser: Parser, first: QueryBody, tight: boolean): QueryBody {
  let left = tight ? first : parseSetOperations(parser, first, true);
  for (;;) {
    const { at } = parser;
    const operator = acceptSetOperator(parser, tight);
    if (operator === undefined) return left;
    const all = parser.accept("ALL");
    if (!all) parser.accept("DISTINCT");
    if (parser.isWords("BY NAME"))
      throw unsupportedFault(at, `${operator} BY NAME`, "Name the columns in both queries.");
    const operand = parseBodyPrimary(parser);
    const right = tight ? operand : parseSetOperations(parser, operand, true);
    left = Object.freeze({ kind: "set_operation", at, operator, all, left, right });
  }
}

function refuseTail(parser: Parser): void {
  if (parser.isSymbol("|>")) throw unsupportedFault(parser.at, "The pipe operator |>", "Nest the query in FROM.");
  for (const words of ["SORT BY", "CLUSTER BY", "DISTRIBUTE BY", "FETCH", "FOR UPDATE"]) {
    if (parser.isWords(words)) throw unsupportedFault(parser.at, words, "Use ORDER BY and LIMIT.");
  }
}

function parseTail(parser: Parser, start: Pick<Query, "at" | "with">, body: QueryBody): Query {
  refuseTail(parser);
  const order = parseOrderBy(parser);
  refuseTail(parser);
  let limit: Expression | null = null;
  let offset: Expression | null = null;
  if (parser.accept("LIMIT") && !parser.accept("ALL")) limit = parser.grammar.expression(parser);
  if (parser.accept("OFFSET")) offset = parser.grammar.expression(parser);
  refuseTail(parser);
  return Object.freeze({ kind: "query", ...start, body, order, limit, offset });
}

/** A query with WITH, set operations, ORDER BY, LIMIT and OFFSET. */
export function parseQuery(parser: Parser): Query {
  const { at } = parser;
  return parser.nest(() => {
    const entries = parseWith(parser);
    if (entries.length > 0 && ["INSERT", "UPDATE", "DELETE", "MERGE"].some((word) => parser.isWord(word))) {
      throw unsupportedFault(parser.at, "A change of data behind WITH", "Put WITH behind INSERT INTO t.");
    }
    const first = parseBodyPrimary(parser);
    return parseTail(parser, { at, with: entries }, parseSetOperations(parser, first, false));
  });
}

/** The rest of a query whose first operand, in parentheses, has been read. */
export function parseQueryFrom(parser: Parser, first: QueryBody): Query {
  const body = parseSetOperations(parser, first, false);
  return parseTail(parser, { at: first.at, with: Object.freeze([]) }, body);
}
