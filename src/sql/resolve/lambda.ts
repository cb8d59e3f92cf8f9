import type * as ast from "../ast/expression.ts";
import type { BindArgument } from "../functions/mod.ts";
import { unsupportedFault } from "../parse/fault.ts";
import type { DataType } from "../types/mod.ts";
import { castTo } from "./cast.ts";
import { type Environment, inPlace, inScope } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { misplaced } from "./fault.ts";
import type { Expression, Lambda } from "./resolved.ts";
import { scopeOf } from "./scope.ts";
import { holdsKind } from "./walk.ts";

/** A lambda on its way through binding: its body is resolved anew for each guess at its parameters' types; the last one counts. */
export interface PendingLambda {
  readonly argument: BindArgument;
  readonly finish: (bodyType: DataType) => Expression;
}

function resolveLambda(node: ast.Lambda, types: readonly DataType[], environment: Environment): Lambda {
  const parameters = types.map((type) => Object.freeze({ id: environment.statement.parameter(), type }));
  const columns = node.parameters.map((name, i) => {
    const value: Expression = Object.freeze({ kind: "lambda_parameter", ...parameters[i]! });
    return { name: name.text, qualifier: [], value, hidden: false };
  });
  const within = inPlace(inScope(environment, scopeOf(columns, environment.scope)), "a lambda");
  const body = resolveExpression(node.body, within);
  if (holdsKind(body, "scalar_subquery", "exists", "in_query")) {
    throw unsupportedFault(node.body.at, "A subquery inside a lambda");
  }
  return Object.freeze({ kind: "lambda", type: body.type, parameters: Object.freeze(parameters), body });
}

/** @throws Fault when a parameter's name is given twice, or the function gives another number of values. */
export function pendingLambda(node: ast.Lambda, environment: Environment): PendingLambda {
  const keys = node.parameters.map((name) => name.text.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw misplaced(node.at, "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES", "42K0D", "A name is given twice.");
  }
  let last: Lambda | undefined;
  return {
    argument: {
      kind: "lambda",
      parameters: keys.length,
      body: (types) => {
        last = resolveLambda(node, types, environment);
        return last.type;
      },
    },
    finish: (bodyType) => {
      if (!last) throw misplaced(node.at, "INVALID_LAMBDA_FUNCTION_CALL", "42K0D", "No lambda can stand here.");
      return Object.freeze({ ...last, type: bodyType, body: castTo(last.body, bodyType) });
    },
  };
}
