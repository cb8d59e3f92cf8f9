import type {
  CreatePolicy,
  DescribePolicy,
  DropPolicy,
  MatchedColumns,
  ShowPolicies,
} from "../ast/attribute-policy.ts";
import type { Position } from "../ast/position.ts";
import type { SecurableReference } from "../ast/securable.ts";
import { unsupportedFault } from "./fault.ts";
import { acceptComment } from "./names.ts";
import type { Parser } from "./parser.ts";
import { parsePolicyArguments } from "./policy.ts";
import { acceptKind, parsePrincipal, parseSecurableName } from "./securable.ts";
import { parseTagConditionRule } from "./tag-condition.ts";

function parseTarget(parser: Parser): SecurableReference {
  parser.expect("ON");
  const { at } = parser;
  if (parser.isWord("METASTORE")) throw unsupportedFault(at, "A policy on the metastore", "Make it on each catalog.");
  const word = acceptKind(parser, ["CATALOG", "SCHEMA", "TABLE"]);
  if (word === undefined) throw parser.unexpected("CATALOG, SCHEMA or TABLE");
  return parseSecurableName(parser, word, at);
}

function parseMatch(parser: Parser): MatchedColumns {
  const condition = parseTagConditionRule(parser);
  const isNamed = parser.accept("AS") || (parser.isIdentifier() && !parser.isWord("ON") && !parser.isWord("USING"));
  return Object.freeze({ condition, alias: isNamed ? parser.identifier("an alias") : null });
}

/** Behind CREATE [OR REPLACE] POLICY. Source: "CREATE POLICY" of Databricks' SQL reference. */
export function parseCreatePolicy(parser: Parser, at: Position, replace: boolean): CreatePolicy {
  const name = parser.identifier("a policy's name");
  const target = parseTarget(parser);
  const comment = acceptComment(parser);
  const isMask = parser.accept("COLUMN MASK");
  if (!isMask && !parser.accept("ROW FILTER")) {
    if (parser.isWord("TO")) throw unsupportedFault(parser.at, "A policy that grants", "Grant the privilege itself.");
    throw parser.unexpected("ROW FILTER or COLUMN MASK");
  }
  const functionName = parser.name("a function's name");
  parser.expect("TO");
  const to = parser.list(() => parsePrincipal(parser));
  const except = parser.accept("EXCEPT") ? parser.list(() => parsePrincipal(parser)) : Object.freeze([]);
  if (parser.isWord("GRANT")) throw unsupportedFault(parser.at, "A policy that grants", "Grant the privilege itself.");
  parser.expect("FOR TABLES");
  const when = parser.accept("WHEN") ? parseTagConditionRule(parser) : null;
  const match = parser.accept("MATCH COLUMNS") ? parser.list(() => parseMatch(parser)) : Object.freeze([]);
  if (isMask) parser.expect("ON COLUMN");
  const masks = isMask ? parser.identifier("an alias of MATCH COLUMNS") : null;
  const using = parser.accept("USING COLUMNS") ? parsePolicyArguments(parser) : Object.freeze([]);
  return Object.freeze({
    kind: "create_policy",
    at,
    replace,
    name,
    target,
    comment,
    function: functionName,
    to,
    except,
    when,
    match,
    masks,
    using,
  });
}

/** `DROP POLICY name ON target`. */
export function parseDropPolicy(parser: Parser): DropPolicy {
  const { at } = parser;
  parser.expect("DROP POLICY");
  const name = parser.identifier("a policy's name");
  return Object.freeze({ kind: "drop_policy", at, name, target: parseTarget(parser) });
}

/** `[EFFECTIVE] POLICIES ON target`, behind SHOW. */
export function parseShowPolicies(parser: Parser, at: Position): ShowPolicies {
  const effective = parser.accept("EFFECTIVE");
  parser.expect("POLICIES");
  return Object.freeze({ kind: "show_policies", at, effective, target: parseTarget(parser) });
}

/** `POLICY name ON target`, behind DESCRIBE. */
export function parseDescribePolicy(parser: Parser, at: Position): DescribePolicy {
  parser.expect("POLICY");
  const name = parser.identifier("a policy's name");
  return Object.freeze({ kind: "describe_policy", at, name, target: parseTarget(parser) });
}
