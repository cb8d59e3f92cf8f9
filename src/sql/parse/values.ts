import type { Expression } from "../ast/expression.ts";
import type { Values } from "../ast/query.ts";
import { syntaxFault } from "./fault.ts";
import type { Parser } from "./parser.ts";

/** `VALUES (1, 2), (3, 4)`; a row of one may stand without parentheses. */
export function parseValues(parser: Parser): Values {
  const { at } = parser;
  parser.expect("VALUES");
  const rows = parser.list((): readonly Expression[] => {
    const value = parser.grammar.expression(parser);
    return value.kind === "row" ? value.items : Object.freeze([value]);
  });
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) throw syntaxFault(at, "The rows of VALUES differ in length.");
  return Object.freeze({ kind: "values", at, rows });
}
