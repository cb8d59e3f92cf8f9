import type * as ast from "../ast/expression.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { BOOLEAN, commonType, spellType } from "../types/mod.ts";
import { castTo } from "./cast.ts";
import { castQuery } from "./cast-query.ts";
import type { Environment } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { mismatch, misplaced } from "./fault.ts";
import { resolveQueryIn } from "./query.ts";
import type { Expression, Query } from "./resolved.ts";

function singleColumn(query: Query, node: ast.ScalarSubquery | ast.InQuery): Query {
  if (query.columns.length === 1) return query;
  const message = `A subquery used as a value gives one column, not ${query.columns.length}.`;
  throw misplaced(
    node.at,
    "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
    "42823",
    message,
  );
}

export function resolveScalarSubquery(node: ast.ScalarSubquery, environment: Environment): Expression {
  const query = singleColumn(resolveQueryIn(node.query, environment), node);
  return Object.freeze({ kind: "scalar_subquery", type: query.columns[0]!.type, query });
}

export function resolveExists(node: ast.Exists, environment: Environment): Expression {
  return Object.freeze({ kind: "exists", type: BOOLEAN, query: resolveQueryIn(node.query, environment) });
}

/** Operand and query get one common type. @throws Fault when they have none, or the operand is a row. */
export function resolveInQuery(node: ast.InQuery, environment: Environment): Expression {
  if (node.operand.kind === "row") throw unsupportedFault(node.at, "(a, b) IN (SELECT …)", "Use EXISTS.");
  const operand = resolveExpression(node.operand, environment);
  const query = singleColumn(resolveQueryIn(node.query, environment), node);
  const given = query.columns[0]!.type;
  const type = commonType(operand.type, given);
  if (!type) {
    throw mismatch(
      node.at,
      `IN compares ${spellType(operand.type)} with ${spellType(given)}, which have no common type.`,
    );
  }
  return Object.freeze({
    kind: "in_query",
    type: BOOLEAN,
    operand: castTo(operand, type),
    query: castQuery(query, [type], environment),
    negated: node.negated,
  });
}
