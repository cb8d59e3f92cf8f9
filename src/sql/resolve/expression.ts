import type * as ast from "../ast/expression.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { BOOLEAN, typeOfSyntax } from "../types/mod.ts";
import { bindCall } from "./bind.ts";
import { resolveCall } from "./call.ts";
import { resolveCase } from "./case.ts";
import { castAsWritten } from "./cast.ts";
import { resolveBinary, resolveIsDistinct, resolveIsTest, resolveLike, resolveUnary } from "./comparison.ts";
import type { Environment } from "./environment.ts";
import { misplaced } from "./fault.ts";
import { resolveExtract, resolvePath, resolveTrim } from "./keyworded.ts";
import { resolveLiteral } from "./literal.ts";
import { resolveBetween, resolveInList } from "./membership.ts";
import { resolveColumn, resolveField } from "./names.ts";
import type { Expression } from "./resolved.ts";
import { refuseLarge } from "./size.ts";
import { resolveExists, resolveInQuery, resolveScalarSubquery } from "./subquery.ts";

function resolveParameter(node: ast.NamedParameter, { ports }: Environment): Expression {
  const value = ports.parameters?.get(node.name.toLowerCase());
  if (value) return value;
  throw misplaced(node.at, "UNBOUND_SQL_PARAMETER", "42P02", `The parameter :${node.name} was given no value.`);
}

/** An expression, typed, every implicit cast a node. @throws Fault BAD_REQUEST naming what was written and where. */
export function resolveExpression(node: ast.Expression, environment: Environment): Expression {
  const resolved = resolveNode(node, environment);
  refuseLarge(resolved, node.at);
  return resolved;
}

function resolveNode(node: ast.Expression, environment: Environment): Expression {
  const resolve = (child: ast.Expression): Expression => resolveExpression(child, environment);
  switch (node.kind) {
    case "column":
      return resolveColumn(node, environment);
    case "parameter":
      return resolveParameter(node, environment);
    case "star":
      throw misplaced(node.at, "INVALID_USAGE_OF_STAR_OR_REGEX", "42000", "'*' stands in a select list or count(*).");
    case "unary":
      return resolveUnary(node, environment);
    case "binary":
      return resolveBinary(node, environment);
    case "is_test":
      return resolveIsTest(node, environment);
    case "is_distinct":
      return resolveIsDistinct(node, environment);
    case "between":
      return resolveBetween(node, environment);
    case "in_list":
      return resolveInList(node, environment);
    case "in_query":
      return resolveInQuery(node, environment);
    case "like":
      return resolveLike(node, environment);
    case "case":
      return resolveCase(node, environment);
    case "cast":
      return castAsWritten(resolve(node.operand), typeOfSyntax(node.type), node.tolerant, node.at);
    case "call":
      return resolveCall(node, environment);
    case "extract":
      return resolveExtract(node, environment);
    case "trim":
      return resolveTrim(node, environment);
    case "scalar_subquery":
      return resolveScalarSubquery(node, environment);
    case "exists":
      return resolveExists(node, environment);
    case "lambda":
      throw unsupportedFault(node.at, "A lambda outside of a function's arguments");
    case "subscript":
      return bindCall("subscript", [resolve(node.operand), resolve(node.index)], node.at);
    case "field_access":
      return resolveField(resolve(node.operand), node.field);
    case "path":
      return resolvePath(node, environment);
    case "row":
      return bindCall("struct", node.items.map(resolve), node.at);
    default:
      return resolveLiteral(node);
  }
}

/** An expression that is a condition. @throws Fault DATATYPE_MISMATCH when it is not BOOLEAN. */
export function resolveCondition(node: ast.Expression, environment: Environment): Expression {
  const value = resolveExpression(node, environment);
  return asCondition(value, node, environment);
}

function asCondition(value: Expression, node: ast.Expression, { place }: Environment): Expression {
  if (value.type.kind === "simple" && value.type.name === "BOOLEAN") return value;
  return coerceCondition(value, node, place.clause);
}

function coerceCondition(value: Expression, node: ast.Expression, clause: string): Expression {
  if (value.type.kind === "simple" && value.type.name === "VOID")
    return Object.freeze({ kind: "cast", type: BOOLEAN, operand: value, tolerant: false, implicit: true });
  throw misplaced(node.at, "DATATYPE_MISMATCH", "42K09", `The condition in ${clause} must be BOOLEAN.`);
}
