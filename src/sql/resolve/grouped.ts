import type { Position } from "../ast/position.ts";
import type { Numbering } from "./environment.ts";
import { misplaced } from "./fault.ts";
import type { Expression } from "./resolved.ts";
import { sameExpression } from "./same.ts";
import { below, expressionsOf } from "./walk.ts";

/** What is known of a grouped query's input. */
export interface GroupedInput {
  readonly keys: readonly Expression[];
  readonly sources: ReadonlySet<string>;
  /** Where to point when a column's own place is not known. */
  readonly at: Position;
  readonly statement: Numbering;
}

function refuseColumn(node: Expression, input: GroupedInput): void {
  if (node.kind !== "column" || !input.sources.has(node.source)) return;
  if (input.keys.some((key) => sameExpression(key, node))) return;
  const at = input.statement.positionOf(node) ?? input.at;
  const message =
    "This column is neither a grouping key nor inside an aggregate function: add it to GROUP BY or use any_value(…).";
  throw misplaced(at, "MISSING_AGGREGATION", "42803", message);
}

/** @throws Fault MISSING_AGGREGATION (42803) when the expression reads a row's column that a group has not one value of. */
export function refuseUngrouped(node: Expression, input: GroupedInput): void {
  if (node.kind === "aggregate" || input.keys.some((key) => sameExpression(key, node))) return;
  refuseColumn(node, input);
  const { expressions, queries } = below(node);
  for (const child of expressions) refuseUngrouped(child, input);
  for (const query of queries) for (const inner of expressionsOf(query)) refuseColumn(inner, input);
}
