import type { Parser } from "./parser.ts";

const starters = ["SELECT", "WITH", "VALUES", "FROM"] as const;
const continuations = ["UNION", "EXCEPT", "MINUS", "INTERSECT", "ORDER", "LIMIT", "OFFSET"] as const;

/** True when a query begins `ahead` tokens from here, without a parenthesis of its own. */
export function startsQuery(parser: Parser, ahead = 0): boolean {
  if (starters.some((word) => parser.isWord(word, ahead))) return true;
  // `TABLE t` is a query; `TABLE(f(…))` is a table function.
  return parser.isWord("TABLE", ahead) && !parser.isSymbol("(", ahead + 1);
}

/** True when what stands here makes a larger query of a query in parentheses before it. */
export function continuesQuery(parser: Parser): boolean {
  return continuations.some((word) => parser.isWord(word));
}
