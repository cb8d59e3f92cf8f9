import type { Expression, PathStep } from "../ast/expression.ts";
import { syntaxFault } from "./fault.ts";
import type { Parser } from "./parser.ts";

/** An index in a path; JSON arrays are shorter than this. */
const PATH_INDEX_MAX = 2 ** 31 - 1;

function parsePathName(parser: Parser): PathStep {
  const { at } = parser;
  const { text, quoted } = parser.part();
  return Object.freeze({ kind: "path_field", at, name: text, exact: quoted });
}

function parsePathBracket(parser: Parser): PathStep {
  const { at } = parser;
  parser.expectSymbol("[");
  const token = parser.peek();
  let step: PathStep;
  if (parser.acceptSymbol("*")) step = { kind: "path_wildcard", at };
  else if (token.kind === "string") step = { kind: "path_field", at, name: parser.string(), exact: true };
  else step = { kind: "path_index", at, index: parser.count(PATH_INDEX_MAX, "a path's index") };
  parser.expectSymbol("]");
  return Object.freeze(step);
}

/** `:a.b[0]['c'][*]`: all steps belong to the path, until something else follows. */
function parsePath(parser: Parser, operand: Expression): Expression {
  parser.expectSymbol(":");
  const steps: PathStep[] = [parser.isSymbol("[") ? parsePathBracket(parser) : parsePathName(parser)];
  for (;;) {
    if (parser.isSymbol("[")) steps.push(parsePathBracket(parser));
    else if (parser.acceptSymbol(".")) steps.push(parsePathName(parser));
    else break;
  }
  return Object.freeze({ kind: "path", at: operand.at, operand, steps: Object.freeze(steps) });
}

function parseSubscript(parser: Parser, operand: Expression): Expression {
  parser.expectSymbol("[");
  const index = parser.grammar.expression(parser);
  parser.expectSymbol("]");
  return Object.freeze({ kind: "subscript", at: operand.at, operand, index });
}

/** What may follow an expression directly: `[i]`, `.field`, `:path`, `::type`, `?::type`. They bind tighter than a sign. */
export function parsePostfix(parser: Parser, operand: Expression): Expression {
  let result = operand;
  for (;;) {
    if (parser.isSymbol("[")) {
      result = parseSubscript(parser, result);
    } else if (parser.isSymbol(".")) {
      if (parser.isSymbol("*", 1)) throw syntaxFault(parser.at, "'.*' follows a table's name only.");
      parser.next();
      const field = parser.part();
      if (parser.isSymbol("(")) throw syntaxFault(parser.at, "A value has no methods: write f(value).");
      result = Object.freeze({ kind: "field_access", at: operand.at, operand: result, field });
    } else if (parser.isSymbol(":")) {
      result = parsePath(parser, result);
    } else if (parser.isSymbol("::") || parser.isSymbol("?::")) {
      const tolerant = parser.isSymbol("?::");
      parser.next();
      result = Object.freeze({
        kind: "cast",
        at: operand.at,
        operand: result,
        type: parser.grammar.type(parser),
        tolerant,
      });
    } else {
      return result;
    }
  }
}
