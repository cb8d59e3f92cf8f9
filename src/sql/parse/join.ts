import type { Position } from "../ast/position.ts";
import type { JoinCondition, JoinType } from "../ast/table.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import type { Parser } from "./parser.ts";

/** The words before JOIN, longest first, and the join they mean. */
// biome-ignore format: a table is read in columns
const joinWords: readonly (readonly [words: string, type: JoinType])[] = [
  ["LEFT SEMI JOIN", "LEFT SEMI"], ["SEMI JOIN", "LEFT SEMI"], ["LEFT ANTI JOIN", "LEFT ANTI"], ["ANTI JOIN", "LEFT ANTI"],
  ["LEFT OUTER JOIN", "LEFT"],     ["LEFT JOIN", "LEFT"],      ["RIGHT OUTER JOIN", "RIGHT"],   ["RIGHT JOIN", "RIGHT"],
  ["FULL OUTER JOIN", "FULL"],     ["FULL JOIN", "FULL"],      ["INNER JOIN", "INNER"],         ["CROSS JOIN", "CROSS"], ["JOIN", "INNER"],
];

const refusedJoins = ["ASOF", "POSITIONAL", "RIGHT SEMI", "RIGHT ANTI", "GLOBAL", "STRAIGHT_JOIN"];

export interface JoinHead {
  readonly type: JoinType;
  readonly natural: boolean;
}

/** Reads `[NATURAL] … JOIN`; undefined when none stands here. */
export function acceptJoinType(parser: Parser): JoinHead | undefined {
  for (const words of refusedJoins) {
    if (parser.isWords(words)) throw unsupportedFault(parser.at, `${words} JOIN`);
  }
  const natural = parser.accept("NATURAL");
  for (const [words, type] of joinWords) {
    if (parser.accept(words)) return { type, natural };
  }
  if (natural) throw parser.unexpected("JOIN");
  return undefined;
}

/** `ON …`, `USING (…)`, or NATURAL, written before. Null for CROSS, and for INNER without one. */
export function parseJoinCondition(parser: Parser, join: JoinHead, at: Position): JoinCondition | null {
  const conditionAt = parser.at;
  if (join.natural) {
    if (join.type === "CROSS") throw syntaxFault(at, "A CROSS JOIN is not NATURAL.");
    return Object.freeze({ kind: "join_natural", at });
  }
  if (join.type !== "CROSS" && parser.accept("ON")) {
    return Object.freeze({ kind: "join_on", at: conditionAt, value: parser.grammar.expression(parser) });
  }
  if (join.type !== "CROSS" && parser.accept("USING")) {
    const columns = parser.parenthesised(() => parser.identifier("a column's name"));
    return Object.freeze({ kind: "join_using", at: conditionAt, columns });
  }
  if (join.type !== "CROSS" && join.type !== "INNER") throw parser.unexpected("ON or USING");
  return null;
}
