import type { LateralView } from "../ast/table.ts";
import { parseCall } from "./call.ts";
import type { Parser } from "./parser.ts";

/** Words that end a LATERAL VIEW's names. */
const clauses = [
  "LATERAL",
  "WHERE",
  "GROUP",
  "HAVING",
  "QUALIFY",
  "WINDOW",
  "ORDER",
  "LIMIT",
  "OFFSET",
  "UNION",
  "EXCEPT",
  "MINUS",
  "INTERSECT",
];

/** `LATERAL VIEW [OUTER] f(…) [table] [[AS] a, b]`. */
export function parseLateralView(parser: Parser): LateralView {
  const { at } = parser;
  parser.expect("LATERAL VIEW");
  const outer = parser.accept("OUTER");
  const callAt = parser.at;
  const parts = [parser.identifier("a function's name")];
  while (parser.acceptSymbol(".")) parts.push(parser.part());
  const call = parseCall(parser, parts, callAt);
  const startsName = () => parser.isIdentifier() && !clauses.some((word) => parser.isWord(word));
  const table = startsName() ? parser.identifier() : null;
  const isNamed = parser.accept("AS") || startsName();
  const columns = isNamed ? parser.list(() => parser.identifier("a column's name")) : Object.freeze([]);
  return Object.freeze({ kind: "lateral_view", at, outer, call, table, columns });
}
