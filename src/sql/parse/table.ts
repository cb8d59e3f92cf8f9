import type { Position } from "../ast/position.ts";
import type { QueryBody } from "../ast/query.ts";
import type { DerivedTable, NamedTable, TableAlias, TableFunction, TableReference, TimeTravel } from "../ast/table.ts";
import { functionName, parseArguments } from "./call.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { acceptJoinType, parseJoinCondition } from "./join.ts";
import type { Parser } from "./parser.ts";
import { continuesQuery, startsQuery } from "./query-start.ts";
import { reservedAsBareAlias } from "./reserved.ts";
import { parseValues } from "./values.ts";

function parseAlias(parser: Parser): TableAlias | null {
  const isNamed = parser.accept("AS");
  const { at } = parser;
  const token = parser.peek();
  const isBare = parser.isIdentifier() && !(token.kind === "word" && reservedAsBareAlias.has(token.word));
  if (!isNamed && !isBare) return null;
  const name = parser.identifier("an alias");
  const columns = parser.isSymbol("(")
    ? parser.parenthesised(() => parser.identifier("a column's alias"))
    : Object.freeze([]);
  return Object.freeze({ kind: "table_alias", at, name, columns });
}

function parseTravel(parser: Parser): TimeTravel | null {
  const { at } = parser;
  if (parser.isSymbol("@")) throw unsupportedFault(at, "Time travel by @", "Use VERSION AS OF.");
  parser.accept("FOR");
  for (const by of ["VERSION", "TIMESTAMP"] as const) {
    const words = [`${by} AS OF`, `SYSTEM_${by} AS OF`].find((spelling) => parser.isWords(spelling));
    if (words !== undefined) {
      parser.accept(words);
      return Object.freeze({ kind: "time_travel", at, by, value: parser.grammar.operand(parser) });
    }
  }
  return null;
}

function refuseTableTail(parser: Parser): void {
  const { at } = parser;
  if (parser.isWord("TABLESAMPLE")) throw unsupportedFault(at, "TABLESAMPLE");
  if (parser.isWord("PIVOT") || parser.isWord("UNPIVOT")) throw unsupportedFault(at, "PIVOT and UNPIVOT");
  if (parser.isWord("MATCH_RECOGNIZE")) throw unsupportedFault(at, "MATCH_RECOGNIZE");
  if (parser.isWord("AT") && parser.isSymbol("(", 1)) throw unsupportedFault(at, "AT (VERSION => …)");
}

function parseFunctionTable(parser: Parser, lateral: boolean, at: Position): TableFunction {
  const nameAt = parser.at;
  const parts = [parser.identifier("a table function")];
  while (parser.acceptSymbol(".")) parts.push(parser.part());
  const name = functionName(parts, nameAt);
  const items = parser.nest(() => parseArguments(parser));
  return Object.freeze({ kind: "table_function", at, lateral, name, arguments: items, alias: null });
}

/** `TABLE(f(…))`, and the refusal of `TABLE(t)`. */
function parseTableWord(parser: Parser, lateral: boolean, at: Position): TableFunction {
  parser.expect("TABLE");
  parser.expectSymbol("(");
  const table = parseFunctionTable(parser, lateral, at);
  parser.expectSymbol(")");
  return Object.freeze({ ...table, alias: parseAlias(parser) });
}

function isFunctionAhead(parser: Parser): boolean {
  let ahead = 1;
  while (parser.isSymbol(".", ahead)) ahead += 2;
  return parser.isSymbol("(", ahead);
}

function parseNamed(parser: Parser, lateral: boolean, at: Position): TableReference {
  if (parser.isWord("STREAM") && (parser.isSymbol("(", 1) || parser.isIdentifier(1)) && !isFunctionAhead(parser)) {
    throw unsupportedFault(at, "STREAM");
  }
  if (isFunctionAhead(parser)) {
    const table = parseFunctionTable(parser, lateral, at);
    refuseTableTail(parser);
    return Object.freeze({ ...table, alias: parseAlias(parser) });
  }
  if (lateral) throw parser.unexpected("a query in parentheses or a table function behind LATERAL");
  const name = parser.name("a table");
  if (name.parts.some((part) => part.text.includes("/"))) {
    throw unsupportedFault(at, "A path in the place of a table", "Name a table: catalog.schema.table.");
  }
  const travel = parseTravel(parser);
  refuseTableTail(parser);
  const table: NamedTable = { kind: "named_table", at, name, travel, alias: parseAlias(parser) };
  return Object.freeze(table);
}

function derived(parser: Parser, at: Position, lateral: boolean, body: QueryBody): DerivedTable {
  const query =
    body.kind === "query"
      ? body
      : Object.freeze({
          kind: "query" as const,
          at,
          with: Object.freeze([]),
          body,
          order: null,
          limit: null,
          offset: null,
        });
  refuseTableTail(parser);
  return Object.freeze({ kind: "derived_table", at, lateral, query, alias: parseAlias(parser) });
}

function parseParentheses(parser: Parser, lateral: boolean, at: Position): TableReference {
  parser.expectSymbol("(");
  if (startsQuery(parser)) {
    const query = parser.grammar.query(parser);
    parser.expectSymbol(")");
    return derived(parser, at, lateral, query);
  }
  const inner = parser.nest(() => parseTable(parser));
  const isBareQuery = inner.kind === "derived_table" && inner.alias === null;
  if (isBareQuery) {
    const query = continuesQuery(parser) ? parser.grammar.queryFrom(parser, inner.query) : inner.query;
    parser.expectSymbol(")");
    return derived(parser, at, lateral, query);
  }
  parser.expectSymbol(")");
  if (lateral) throw syntaxFault(at, "LATERAL stands before a query or a table function.");
  refuseTableTail(parser);
  if (parser.isWord("AS") || parseAlias(parser) !== null) {
    throw unsupportedFault(parser.at, "An alias of tables in parentheses", "Give each table an alias of its own.");
  }
  return inner;
}

function parseFactor(parser: Parser): TableReference {
  const { at } = parser;
  const token = parser.peek();
  if (token.kind === "string") {
    throw unsupportedFault(at, "A file or a string in the place of a table", "Name a table: catalog.schema.table.");
  }
  const lateral = !parser.isWords("LATERAL VIEW") && parser.accept("LATERAL");
  if (parser.isSymbol("(")) return parseParentheses(parser, lateral, at);
  if (parser.isWord("VALUES")) {
    return derived(parser, at, lateral, parseValues(parser));
  }
  if (parser.isWord("TABLE") && parser.isSymbol("(", 1)) return parseTableWord(parser, lateral, at);
  return parseNamed(parser, lateral, at);
}

/** A table with the joins that follow it, left-associative. */
export function parseTable(parser: Parser): TableReference {
  let left = parseFactor(parser);
  for (;;) {
    const { at } = parser;
    const join = acceptJoinType(parser);
    if (join === undefined) return left;
    const right = parseFactor(parser);
    const condition = parseJoinCondition(parser, join, at);
    left = Object.freeze({ kind: "join", at, type: join.type, left, right, condition });
  }
}
