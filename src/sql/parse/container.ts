import type { CreateCatalog, CreateSchema, Drop, UseCatalog, UseSchema } from "../ast/container.ts";
import type { Position } from "../ast/position.ts";
import { unsupportedFault } from "./fault.ts";
import { acceptComment, acceptIfNotExists, parseCatalogName, parseSchemaName } from "./names.ts";
import type { Parser } from "./parser.ts";
import { acceptKind, parseSecurableName } from "./securable.ts";

const refusedClauses = ["MANAGED LOCATION", "LOCATION", "WITH DBPROPERTIES", "USING", "OPTIONS", "DEFAULT COLLATION"];

function refuseClauses(parser: Parser, what: string): void {
  const words = refusedClauses.find((spelling) => parser.isWords(spelling));
  if (words !== undefined) throw unsupportedFault(parser.at, `CREATE ${what} … ${words}`);
}

/** `[IF NOT EXISTS] name [COMMENT '…']`, behind CREATE CATALOG. */
export function parseCreateCatalog(parser: Parser, at: Position): CreateCatalog {
  const if_not_exists = acceptIfNotExists(parser);
  const name = parseCatalogName(parser);
  refuseClauses(parser, "CATALOG");
  const comment = acceptComment(parser);
  refuseClauses(parser, "CATALOG");
  return Object.freeze({ kind: "create_catalog", at, name, if_not_exists, comment });
}

/** `[IF NOT EXISTS] name [COMMENT '…']`, behind CREATE SCHEMA. */
export function parseCreateSchema(parser: Parser, at: Position): CreateSchema {
  const if_not_exists = acceptIfNotExists(parser);
  const name = parseSchemaName(parser);
  refuseClauses(parser, "SCHEMA");
  const comment = acceptComment(parser);
  refuseClauses(parser, "SCHEMA");
  return Object.freeze({ kind: "create_schema", at, name, if_not_exists, comment });
}

/** `DROP kind [IF EXISTS] name [CASCADE | RESTRICT]`. */
export function parseDrop(parser: Parser): Drop {
  const { at } = parser;
  parser.expect("DROP");
  const targetAt = parser.at;
  const word = acceptKind(parser, ["CATALOG", "SCHEMA", "TABLE", "VIEW", "FUNCTION"]);
  if (word === undefined) throw parser.unexpected("CATALOG, SCHEMA, TABLE, VIEW or FUNCTION");
  const if_exists = parser.accept("IF EXISTS");
  const target = parseSecurableName(parser, word, targetAt);
  if (parser.isWord("PURGE")) throw unsupportedFault(parser.at, "PURGE");
  const isContainer = word === "CATALOG" || word === "SCHEMA";
  const cascade = isContainer && parser.accept("CASCADE");
  if (isContainer && !cascade) parser.accept("RESTRICT");
  return Object.freeze({ kind: "drop", at, target, if_exists, cascade });
}

/** `USE CATALOG c`, `USE [SCHEMA] s`. */
export function parseUse(parser: Parser): UseCatalog | UseSchema {
  const { at } = parser;
  parser.expect("USE");
  if (parser.isIdentifier(1)) {
    if (parser.accept("CATALOG")) return Object.freeze({ kind: "use_catalog", at, name: parseCatalogName(parser) });
    if (!parser.accept("SCHEMA")) parser.accept("DATABASE");
  }
  return Object.freeze({ kind: "use_schema", at, name: parseSchemaName(parser) });
}
