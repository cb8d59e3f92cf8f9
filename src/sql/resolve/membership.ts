import type * as ast from "../ast/expression.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { BOOLEAN } from "../types/mod.ts";
import { bindCall } from "./bind.ts";
import { unify } from "./cast.ts";
import { negate } from "./comparison.ts";
import type { Environment } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import type { Expression } from "./resolved.ts";
import { isVolatile } from "./walk.ts";

/** `a BETWEEN b AND c` is `a >= b AND a <= c`. @throws Fault when `a` would give another value each time. */
export function resolveBetween(node: ast.Between, environment: Environment): Expression {
  const operand = resolveExpression(node.operand, environment);
  if (isVolatile(operand)) throw unsupportedFault(node.at, "BETWEEN on a value that changes with each call");
  const low = bindCall(">=", [operand, resolveExpression(node.low, environment)], node.at);
  const high = bindCall("<=", [operand, resolveExpression(node.high, environment)], node.at);
  return negate(bindCall("and", [low, high], node.at), node.negated, node);
}

export function resolveInList(node: ast.InList, environment: Environment): Expression {
  const given = [node.operand, ...node.items].map((one) => resolveExpression(one, environment));
  const [operand, ...items] = unify(given, node.at, "The operand and the items of IN");
  const listed = Object.freeze(items);
  return Object.freeze({ kind: "in_list", type: BOOLEAN, operand: operand!, items: listed, negated: node.negated });
}
