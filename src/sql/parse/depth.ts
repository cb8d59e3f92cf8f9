import type { Position } from "../ast/position.ts";
import { syntaxFault } from "./fault.ts";
import { TREE_DEPTH_MAX } from "./limits.ts";

interface Waiting {
  readonly value: object;
  readonly depth: number;
}

/**
 * Throws when a finished tree is deeper than TREE_DEPTH_MAX nodes, so that later passes may recurse. Chains without
 * parentheses, `a + b + c …`, nest to the left without nesting the parser. Does not recurse itself.
 */
export function assertDepth(root: object, at: Position): void {
  const waiting: Waiting[] = [{ value: root, depth: 1 }];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (item.depth > TREE_DEPTH_MAX) {
      throw syntaxFault(
        at,
        `The statement's tree is deeper than ${TREE_DEPTH_MAX} nodes. Split long chains of operators.`,
      );
    }
    const depth = item.depth + (Array.isArray(item.value) ? 0 : 1);
    for (const value of Object.values(item.value)) {
      if (typeof value === "object" && value !== null) waiting.push({ value, depth });
    }
  }
}
