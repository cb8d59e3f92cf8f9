import type * as ast from "../ast/expression.ts";
import { bindCall } from "./bind.ts";
import type { Environment } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { negated } from "./literal.ts";
import { stringLiteral } from "./node.ts";
import type { Expression } from "./resolved.ts";

/** NOT around a condition, when it was written. */
export function negate(value: Expression, isNegated: boolean, node: ast.Expression): Expression {
  return isNegated ? bindCall("not", [value], node.at) : value;
}

const unaryNames = { "-": "negative", "~": "~", NOT: "not" } as const;

export function resolveUnary(node: ast.Unary, environment: Environment): Expression {
  const operand = resolveExpression(node.operand, environment);
  if (node.operator === "+") return operand;
  const folded = node.operator === "-" && operand.kind === "literal" ? negated(operand) : undefined;
  return folded ?? bindCall(unaryNames[node.operator], [operand], node.at);
}

/** Every operator of two operands is a function of the table by its own lower-case name. */
export function resolveBinary(node: ast.Binary, environment: Environment): Expression {
  const operands = [resolveExpression(node.left, environment), resolveExpression(node.right, environment)];
  return bindCall(node.operator.toLowerCase(), operands, node.at);
}

export function resolveIsTest(node: ast.IsTest, environment: Environment): Expression {
  const name = `is ${node.negated ? "not " : ""}${node.test.toLowerCase()}`;
  return bindCall(name, [resolveExpression(node.operand, environment)], node.at);
}

export function resolveIsDistinct(node: ast.IsDistinct, environment: Environment): Expression {
  const operands = [resolveExpression(node.left, environment), resolveExpression(node.right, environment)];
  return negate(bindCall("<=>", operands, node.at), !node.negated, node);
}

export function resolveLike(node: ast.Like, environment: Environment): Expression {
  const operands = [resolveExpression(node.operand, environment), resolveExpression(node.pattern, environment)];
  const escapes = node.escape === null ? [] : [stringLiteral(node.escape)];
  const name = node.operator.toLowerCase();
  return negate(bindCall(name, [...operands, ...escapes], node.at), node.negated, node);
}
