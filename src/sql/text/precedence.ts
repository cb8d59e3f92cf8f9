import type { Expression } from "../ast/expression.ts";
import { precedenceOf } from "../parse/operators.ts";

/** Levels between the binary operators of the parser's table: NOT and predicates below, signs and primaries above. */
export const level = Object.freeze({ not: -1, predicate: 0, comparison: 1, sign: 10, primary: 11 });

/** How tight an expression holds together; a child that holds less tight than its place needs parentheses. */
export function levelOf(node: Expression): number {
  switch (node.kind) {
    case "binary":
      return precedenceOf(node.operator);
    case "unary":
      return node.operator === "NOT" ? level.not : level.sign;
    case "is_test":
    case "is_distinct":
    case "between":
    case "in_list":
    case "in_query":
    case "like":
      return level.predicate;
    default:
      return level.primary;
  }
}
