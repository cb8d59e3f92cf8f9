import type { Literal } from "../ast/literal.ts";
import type { PolicyCall, PolicyColumn, PolicyLiteral } from "../ast/policy.ts";
import { unsupportedFault } from "./fault.ts";
import { parseInterval } from "./interval.ts";
import { negated } from "./literal.ts";
import type { Parser } from "./parser.ts";

function acceptLiteral(parser: Parser): Literal | undefined {
  const { at } = parser;
  const token = parser.peek();
  if (token.kind === "string") return Object.freeze({ kind: "string_literal", at, value: parser.string() });
  const isNegative = parser.isSymbol("-");
  const number = isNegative ? parser.peek(1) : token;
  if (number.kind === "number") {
    if (isNegative) parser.next();
    parser.next();
    return isNegative ? negated(number, at) : number.literal;
  }
  if (parser.accept("NULL")) return Object.freeze({ kind: "null_literal", at });
  if (parser.accept("TRUE")) return Object.freeze({ kind: "boolean_literal", at, value: true });
  if (parser.accept("FALSE")) return Object.freeze({ kind: "boolean_literal", at, value: false });
  return parseInterval(parser);
}

function parseArgument(parser: Parser): PolicyColumn | PolicyLiteral {
  const { at } = parser;
  const value = acceptLiteral(parser);
  if (value !== undefined) return Object.freeze({ kind: "policy_literal", at, value });
  const name = parser.identifier("a column or a literal");
  if (parser.isSymbol("."))
    throw unsupportedFault(at, "A name of several parts among a policy's columns", "Name the column alone.");
  if (parser.isSymbol("("))
    throw unsupportedFault(at, "A call among a policy's columns", "Name a column or write a literal.");
  return Object.freeze({ kind: "policy_column", at, name });
}

/** `([column | literal, …])`. */
export function parsePolicyArguments(parser: Parser): PolicyCall["arguments"] {
  parser.expectSymbol("(");
  if (parser.acceptSymbol(")")) return Object.freeze([]);
  const items = parser.list(() => parseArgument(parser));
  parser.expectSymbol(")");
  return items;
}

/** `f ON ([column | literal, …])`, behind ROW FILTER. */
export function parseRowFilter(parser: Parser): PolicyCall {
  const { at } = parser;
  const name = parser.name("a function's name");
  parser.expect("ON");
  return Object.freeze({ kind: "policy_call", at, function: name, arguments: parsePolicyArguments(parser) });
}

/** `f [USING COLUMNS (column | literal, …)]`, behind MASK. */
export function parseMask(parser: Parser): PolicyCall {
  const { at } = parser;
  const name = parser.name("a function's name");
  const items = parser.accept("USING COLUMNS") ? parsePolicyArguments(parser) : Object.freeze([]);
  return Object.freeze({ kind: "policy_call", at, function: name, arguments: items });
}
