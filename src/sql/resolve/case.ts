import type * as ast from "../ast/expression.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { VOID } from "../types/mod.ts";
import { bindCall } from "./bind.ts";
import { unify } from "./cast.ts";
import { type Environment, inPlace } from "./environment.ts";
import { resolveCondition, resolveExpression } from "./expression.ts";
import type { Expression } from "./resolved.ts";
import { isVolatile } from "./walk.ts";

/** The simple form compares its operand with each branch's value; results get one common type. */
export function resolveCase(node: ast.Case, environment: Environment): Expression {
  const operand = node.operand && resolveExpression(node.operand, environment);
  if (operand && isVolatile(operand)) throw unsupportedFault(node.at, "CASE on a value that changes with each call");
  const within = inPlace(environment, "CASE WHEN", { ...environment.place, clause: "CASE WHEN" });
  const conditions = node.branches.map((branch) =>
    operand
      ? bindCall("=", [operand, resolveExpression(branch.condition, environment)], branch.at)
      : resolveCondition(branch.condition, within),
  );
  const given = [...node.branches.map((branch) => branch.result), ...(node.otherwise ? [node.otherwise] : [])];
  const results = unify(
    given.map((result) => resolveExpression(result, environment)),
    node.at,
    "The results of CASE",
  );
  return Object.freeze({
    kind: "case",
    type: results[0]?.type ?? VOID,
    branches: Object.freeze(conditions.map((condition, i) => Object.freeze({ condition, result: results[i]! }))),
    otherwise: node.otherwise ? results.at(-1)! : null,
  });
}
