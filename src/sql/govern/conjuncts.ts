import type { Call, Expression } from "../resolve/resolved.ts";
import { sameType } from "../types/mod.ts";

export const isLogic = (node: Expression, name: "and" | "or" | "="): node is Call =>
  node.kind === "call" && node.function.kind === "operator" && node.function.name === name;

/** The conditions that must all hold, taken out of AND and of casts that change nothing. */
export function conjuncts(where: Expression): readonly Expression[] {
  if (where.kind === "cast" && sameType(where.type, where.operand.type)) return conjuncts(where.operand);
  return isLogic(where, "and") ? where.arguments.flatMap(conjuncts) : [where];
}

/** What is left of the conditions without one of them; null when nothing is. */
export function without(where: Expression, condition: Expression): Expression | null {
  if (where === condition) return null;
  if (where.kind === "cast" && sameType(where.type, where.operand.type)) return without(where.operand, condition);
  if (!isLogic(where, "and")) return where;
  const left = where.arguments.map((one) => without(one, condition)).filter((one) => one !== null);
  return left.length > 1 ? Object.freeze({ ...where, arguments: Object.freeze(left) }) : (left[0] ?? null);
}
