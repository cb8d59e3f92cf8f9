import type { Expression } from "../resolve/resolved.ts";
import { isNumeric } from "../types/mod.ts";

/**
 * Of an expression that may fail: whether the engine marks it so, and evaluates it on rows that a barrier has let pass and on no
 * other. Its children are judged by themselves.
 */
export function staysBehind(node: Expression): boolean {
  switch (node.kind) {
    case "call":
    case "aggregate":
      return node.function.stays_behind !== undefined;
    case "cast":
      return isNumeric(node.type) && isNumeric(node.operand.type);
    // More rows than one are met behind the barrier, as all others are.
    case "scalar_subquery":
      return true;
    default:
      return false;
  }
}
