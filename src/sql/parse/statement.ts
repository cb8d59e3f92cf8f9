import type { ExplainGovernance } from "../ast/explain.ts";
import type { Position } from "../ast/position.ts";
import type { Statement } from "../ast/statement.ts";
import { parseAlter } from "./alter.ts";
import { parseCreatePolicy, parseDropPolicy } from "./attribute-policy.ts";
import { parseCreateCatalog, parseCreateSchema, parseDrop, parseUse } from "./container.ts";
import { parseCreateFunction, parseCreateView } from "./create-routine.ts";
import { parseCreateTable, parseInsert } from "./create-table.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { parseGrant, parseRevoke } from "./grants.ts";
import type { Parser } from "./parser.ts";
import { startsQuery } from "./query-start.ts";
import { refusedStatements } from "./refused.ts";
import { parseDescribe, parseShow } from "./show.ts";
import { parseCreateGovernedTag, parseDropGovernedTag, parseTagOn } from "./tag.ts";

function parseCreate(parser: Parser): Statement {
  const { at } = parser;
  parser.expect("CREATE");
  const replace = parser.accept("OR REPLACE");
  if (parser.accept("TABLE")) return parseCreateTable(parser, at, replace);
  if (parser.accept("VIEW")) return parseCreateView(parser, at, replace);
  if (parser.accept("FUNCTION")) return parseCreateFunction(parser, at, replace);
  if (parser.accept("POLICY")) return parseCreatePolicy(parser, at, replace);
  if (replace) throw parser.unexpected("TABLE, VIEW, FUNCTION or POLICY");
  if (parser.accept("GOVERNED TAG")) return parseCreateGovernedTag(parser, at);
  if (parser.accept("CATALOG")) return parseCreateCatalog(parser, at);
  if (parser.accept("SCHEMA") || parser.accept("DATABASE")) return parseCreateSchema(parser, at);
  throw parser.unexpected("CATALOG, SCHEMA, TABLE, VIEW or FUNCTION");
}

function parseDropRule(parser: Parser): Statement {
  if (parser.isWords("DROP GOVERNED TAG")) return parseDropGovernedTag(parser);
  return parser.isWords("DROP POLICY") ? parseDropPolicy(parser) : parseDrop(parser);
}

/** Of queries alone: what else there is either reads nothing or would change something. */
function parseExplainGovernance(parser: Parser, at: Position): ExplainGovernance {
  parser.expect("GOVERNANCE");
  const as = parser.accept("AS") ? parser.string("a principal's name in quotes") : null;
  if (!parser.isSymbol("(") && !startsQuery(parser))
    throw unsupportedFault(parser.at, "EXPLAIN GOVERNANCE of anything but a query");
  return Object.freeze({ kind: "explain_governance", at, as, query: parser.grammar.query(parser) });
}

function parseExplain(parser: Parser): Statement {
  const { at } = parser;
  parser.expect("EXPLAIN");
  if (parser.isWord("GOVERNANCE")) return parseExplainGovernance(parser, at);
  if (!parser.accept("EXTENDED")) parser.accept("FORMATTED");
  const statement = parser.nest(() => parseStatementRule(parser));
  return Object.freeze({ kind: "explain", at, statement });
}

/** What a statement may begin with. */
const rules: ReadonlyMap<string, (parser: Parser) => Statement> = new Map<string, (parser: Parser) => Statement>([
  ["CREATE", parseCreate],
  ["DROP", parseDropRule],
  ["ALTER", parseAlter],
  ["INSERT", parseInsert],
  ["GRANT", parseGrant],
  ["REVOKE", parseRevoke],
  ["SHOW", parseShow],
  ["DESCRIBE", parseDescribe],
  ["DESC", parseDescribe],
  ["USE", parseUse],
  ["EXPLAIN", parseExplain],
  ["UNSET", parseTagOn],
]);

/** One statement, without what may follow it. */
export function parseStatementRule(parser: Parser): Statement {
  const { at } = parser;
  const token = parser.peek();
  if (token.kind === "end") throw syntaxFault(at, "The statement is empty.");
  if (parser.isWords("SET TAG ON")) return parseTagOn(parser);
  const refused = refusedStatements.find(([words]) => parser.isWords(words));
  if (refused !== undefined) throw unsupportedFault(at, refused[1]);
  if (parser.isSymbol("(") || startsQuery(parser)) {
    return Object.freeze({ kind: "query_statement", at, query: parser.grammar.query(parser) });
  }
  const rule = token.kind === "word" ? rules.get(token.word) : undefined;
  if (rule === undefined) throw parser.unexpected("a statement");
  return rule(parser);
}
