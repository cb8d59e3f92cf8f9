import type { PolicyCall } from "../ast/policy.ts";
import type { Position } from "../ast/position.ts";
import type { ColumnDeclaration, CreateTable, Insert } from "../ast/writing.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { acceptIfNotExists } from "./names.ts";
import type { Parser } from "./parser.ts";
import { parseMask, parseRowFilter } from "./policy.ts";
import { startsQuery } from "./query-start.ts";

const refusedColumnClauses = [
  "DEFAULT",
  "GENERATED",
  "PRIMARY",
  "REFERENCES",
  "UNIQUE",
  "CHECK",
  "CONSTRAINT",
  "FOREIGN",
  "COLLATE",
];
const refusedTableClauses = [
  "USING",
  "PARTITIONED BY",
  "CLUSTER BY",
  "CLUSTERED BY",
  "LOCATION",
  "TBLPROPERTIES",
  "OPTIONS",
  "LIKE",
  "SHALLOW CLONE",
  "DEEP CLONE",
  "CLONE",
  "ROW FORMAT",
  "STORED",
  "DEFAULT COLLATION",
  "POLICY",
];

function refuse(parser: Parser, list: readonly string[], what: string): void {
  const words = list.find((spelling) => parser.isWords(spelling));
  if (words !== undefined) throw unsupportedFault(parser.at, `${what} ${words}`);
}

function parseColumn(parser: Parser): ColumnDeclaration {
  const { at } = parser;
  refuse(parser, ["CONSTRAINT", "PRIMARY KEY", "FOREIGN KEY", "CHECK", "UNIQUE"], "The constraint");
  const name = parser.identifier("a column's name");
  const type = parser.grammar.type(parser);
  let nullable = true;
  let comment: string | null = null;
  let mask: PolicyCall | null = null;
  for (;;) {
    refuse(parser, refusedColumnClauses, "The column clause");
    if (nullable && parser.accept("NOT NULL")) nullable = false;
    else if (comment === null && parser.accept("COMMENT")) comment = parser.string();
    else if (mask === null && parser.accept("MASK")) mask = parseMask(parser);
    else break;
  }
  return Object.freeze({ kind: "column_declaration", at, name, type, nullable, comment, mask });
}

/** `[IF NOT EXISTS] name [(columns)] clauses [AS query]`, behind CREATE [OR REPLACE] TABLE. */
export function parseCreateTable(parser: Parser, at: Position, replace: boolean): CreateTable {
  const if_not_exists = acceptIfNotExists(parser);
  if (replace && if_not_exists) throw syntaxFault(at, "OR REPLACE and IF NOT EXISTS exclude each other.");
  const name = parser.name("a table's name");
  const columns = parser.isSymbol("(") ? parser.parenthesised(() => parseColumn(parser)) : Object.freeze([]);
  let row_filter: PolicyCall | null = null;
  let comment: string | null = null;
  for (;;) {
    refuse(parser, refusedTableClauses, "The table clause");
    if (row_filter === null && parser.accept("WITH ROW FILTER")) row_filter = parseRowFilter(parser);
    else if (comment === null && parser.accept("COMMENT")) comment = parser.string();
    else break;
  }
  const isSelected = parser.accept("AS") || startsQuery(parser);
  const query = isSelected ? parser.grammar.query(parser) : null;
  if (query !== null && columns.length > 0)
    throw syntaxFault(at, "CREATE TABLE … AS takes its columns from the query.");
  if (query === null && columns.length === 0) throw parser.unexpected("columns or AS and a query");
  return Object.freeze({ kind: "create_table", at, name, replace, if_not_exists, columns, row_filter, comment, query });
}

/** `INSERT INTO [TABLE] t [(columns)] query`. */
export function parseInsert(parser: Parser): Insert {
  const { at } = parser;
  parser.expect("INSERT");
  parser.expect("INTO");
  parser.accept("TABLE");
  const table = parser.name("a table's name");
  refuse(parser, ["BY NAME", "PARTITION", "REPLACE", "DEFAULT", "SET", "WITH SCHEMA"], "INSERT INTO …");
  const isList = parser.isSymbol("(") && !parser.isSymbol("(", 1) && !startsQuery(parser, 1);
  const columns = isList ? parser.parenthesised(() => parser.identifier("a column's name")) : Object.freeze([]);
  refuse(parser, ["BY NAME", "DEFAULT VALUES", "OVERRIDING"], "INSERT INTO …");
  const query = parser.grammar.query(parser);
  refuse(parser, ["RETURNING", "ON CONFLICT", "ON DUPLICATE"], "INSERT INTO …");
  return Object.freeze({ kind: "insert", at, table, columns, query });
}
