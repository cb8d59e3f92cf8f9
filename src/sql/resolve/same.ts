import type { Expression } from "./resolved.ts";

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && same(value, right.get(key)));
}

/** True when two expressions are written alike once resolved, and so have the same value on every row. */
export function sameExpression(a: Expression, b: Expression): boolean {
  return same(a, b);
}
