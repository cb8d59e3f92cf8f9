import type { Position } from "../ast/position.ts";
import type {
  CreateFunction,
  CreateView,
  ExpressionSource,
  ParameterDeclaration,
  PythonSource,
  QuerySource,
  ResultColumn,
  ViewColumn,
} from "../ast/routine.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { acceptComment, acceptIfNotExists } from "./names.ts";
import type { Parser } from "./parser.ts";
import { startsQuery } from "./query-start.ts";

function querySource(parser: Parser): QuerySource {
  const { at } = parser;
  const query = parser.grammar.query(parser);
  return Object.freeze({ kind: "query_source", at, query, text: parser.text.slice(at.offset, parser.end) });
}

function expressionSource(parser: Parser): ExpressionSource {
  const { at } = parser;
  const value = parser.grammar.expression(parser);
  return Object.freeze({ kind: "expression_source", at, value, text: parser.text.slice(at.offset, parser.end) });
}

function parseViewColumn(parser: Parser): ViewColumn {
  const { at } = parser;
  const name = parser.identifier("a column's name");
  return Object.freeze({ kind: "view_column", at, name, comment: acceptComment(parser) });
}

/** `[IF NOT EXISTS] name [(columns)] [COMMENT '…'] AS query`, behind CREATE [OR REPLACE] VIEW. */
export function parseCreateView(parser: Parser, at: Position, replace: boolean): CreateView {
  const if_not_exists = acceptIfNotExists(parser);
  if (replace && if_not_exists) throw syntaxFault(at, "OR REPLACE and IF NOT EXISTS exclude each other.");
  const name = parser.name("a view's name");
  const columns = parser.isSymbol("(") ? parser.parenthesised(() => parseViewColumn(parser)) : Object.freeze([]);
  const comment = acceptComment(parser);
  for (const words of ["TBLPROPERTIES", "WITH SCHEMA", "WITH METRICS", "DEFAULT COLLATION", "LANGUAGE", "SECURITY"]) {
    if (parser.isWords(words)) throw unsupportedFault(parser.at, `CREATE VIEW … ${words}`);
  }
  parser.expect("AS");
  const { query, text } = querySource(parser);
  return Object.freeze({ kind: "create_view", at, name, replace, if_not_exists, columns, comment, query, text });
}

function parseParameter(parser: Parser): ParameterDeclaration {
  const { at } = parser;
  const name = parser.identifier("a parameter's name");
  const type = parser.grammar.type(parser);
  const value = parser.accept("DEFAULT") ? expressionSource(parser) : null;
  return Object.freeze({
    kind: "parameter_declaration",
    at,
    name,
    type,
    default: value,
    comment: acceptComment(parser),
  });
}

function parseResultColumn(parser: Parser): ResultColumn {
  const { at } = parser;
  const name = parser.identifier("a column's name");
  const type = parser.grammar.type(parser);
  return Object.freeze({ kind: "result_column", at, name, type, comment: acceptComment(parser) });
}

function parseReturns(parser: Parser): CreateFunction["returns"] {
  const { at } = parser;
  if (!parser.accept("RETURNS")) return null;
  if (!parser.accept("TABLE")) return Object.freeze({ kind: "scalar_result", at, type: parser.grammar.type(parser) });
  const columns = parser.isSymbol("(") ? parser.parenthesised(() => parseResultColumn(parser)) : Object.freeze([]);
  return Object.freeze({ kind: "table_result", at, columns });
}

type Language = "SQL" | "PYTHON";

interface Characteristics {
  readonly language: Language;
  readonly comment: string | null;
  readonly deterministic: boolean | null;
}

function parseLanguage(parser: Parser): Language {
  const { at } = parser;
  const language = parser.part().text.toUpperCase();
  if (language === "SQL" || language === "PYTHON") return language;
  throw unsupportedFault(at, `A function in ${language.slice(0, 20)}`, "Write it in SQL or PYTHON.");
}

function parseCharacteristics(parser: Parser): Characteristics {
  let language: Language | null = null;
  let comment: string | null = null;
  let deterministic: boolean | null = null;
  for (;;) {
    if (language === null && parser.accept("LANGUAGE")) language = parseLanguage(parser);
    else if (comment === null && parser.accept("COMMENT")) comment = parser.string();
    else if (deterministic === null && parser.accept("DETERMINISTIC")) deterministic = true;
    else if (deterministic === null && parser.accept("NOT DETERMINISTIC")) deterministic = false;
    else if (!parser.accept("CONTAINS SQL") && !parser.accept("READS SQL DATA"))
      return { language: language ?? "SQL", comment, deterministic };
  }
}

function refuseClauses(parser: Parser): void {
  for (const words of ["ENVIRONMENT", "HANDLER", "DEFAULT COLLATION", "PARAMETER STYLE", "SQL SECURITY", "USING"]) {
    if (parser.isWords(words)) throw unsupportedFault(parser.at, `CREATE FUNCTION … ${words}`);
  }
}

/** `AS $$ … $$`, of a function in Python. */
function pythonSource(parser: Parser, returns: CreateFunction["returns"]): PythonSource {
  const { at } = parser;
  if (returns === null) throw syntaxFault(at, "A Python function needs RETURNS and a type before AS.");
  if (returns.kind === "table_result")
    throw unsupportedFault(returns.at, "A Python function that returns a table", "Return one value.");
  parser.expect("AS");
  const text = parser.dollar("the function's body, between $$ and $$");
  return Object.freeze({ kind: "python_source", at, text });
}

function sqlSource(parser: Parser, returns: CreateFunction["returns"]): ExpressionSource | QuerySource {
  if (parser.isWord("AS")) throw unsupportedFault(parser.at, "A SQL function with AS", "Write RETURN expression.");
  parser.expect("RETURN");
  if (parser.isWord("BEGIN")) throw unsupportedFault(parser.at, "SQL scripting (BEGIN … END)");
  return returns?.kind === "table_result" || startsQuery(parser) ? querySource(parser) : expressionSource(parser);
}

/** `[IF NOT EXISTS] name (parameters) [RETURNS …] characteristics`, then `RETURN body` or `AS $$ body $$`; behind CREATE [OR REPLACE] FUNCTION. */
export function parseCreateFunction(parser: Parser, at: Position, replace: boolean): CreateFunction {
  const if_not_exists = acceptIfNotExists(parser);
  if (replace && if_not_exists) throw syntaxFault(at, "OR REPLACE and IF NOT EXISTS exclude each other.");
  const name = parser.name("a function's name");
  parser.expectSymbol("(");
  const parameters = parser.isSymbol(")") ? Object.freeze([]) : parser.list(() => parseParameter(parser));
  parser.expectSymbol(")");
  const returns = parseReturns(parser);
  const { language, comment, deterministic } = parseCharacteristics(parser);
  refuseClauses(parser);
  const body = language === "PYTHON" ? pythonSource(parser, returns) : sqlSource(parser, returns);
  return Object.freeze({
    kind: "create_function",
    at,
    name,
    replace,
    if_not_exists,
    parameters,
    returns,
    comment,
    deterministic,
    body,
  });
}
