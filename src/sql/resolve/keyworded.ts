import type * as ast from "../ast/expression.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { bindCall } from "./bind.ts";
import type { Environment } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { stringLiteral } from "./node.ts";
import type { Expression } from "./resolved.ts";

/** EXTRACT's fields and the function that gives each. SECOND is left out: there EXTRACT gives a decimal, and `second` does not. */
const extractFunctions: Readonly<Record<string, string>> = Object.freeze({
  YEAR: "year",
  Y: "year",
  YEARS: "year",
  YR: "year",
  YRS: "year",
  QUARTER: "quarter",
  QTR: "quarter",
  MONTH: "month",
  MON: "month",
  MONS: "month",
  MONTHS: "month",
  WEEK: "weekofyear",
  W: "weekofyear",
  WEEKS: "weekofyear",
  DAY: "day",
  D: "day",
  DAYS: "day",
  DAYOFWEEK: "dayofweek",
  DOW: "dayofweek",
  DOY: "dayofyear",
  HOUR: "hour",
  H: "hour",
  HOURS: "hour",
  HR: "hour",
  HRS: "hour",
  MINUTE: "minute",
  M: "minute",
  MIN: "minute",
  MINS: "minute",
  MINUTES: "minute",
});

export function resolveExtract(node: ast.Extract, environment: Environment): Expression {
  const name = Object.hasOwn(extractFunctions, node.field) ? extractFunctions[node.field] : undefined;
  if (!name) throw unsupportedFault(node.at, `EXTRACT(${node.field} FROM …)`);
  return bindCall(name, [resolveExpression(node.operand, environment)], node.at);
}

const trimFunctions = { BOTH: "trim", LEADING: "ltrim", TRAILING: "rtrim" } as const;

export function resolveTrim(node: ast.Trim, environment: Environment): Expression {
  const operand = resolveExpression(node.operand, environment);
  if (!node.characters) return bindCall(trimFunctions[node.side], [operand], node.at);
  const characters = resolveExpression(node.characters, environment);
  if (node.side === "BOTH") return bindCall("btrim", [operand, characters], node.at);
  // The two-argument forms of ltrim and rtrim take the characters first.
  return bindCall(trimFunctions[node.side], [characters, operand], node.at);
}

/** `a:b.c[0]` is get_json_object(a, '$.b.c[0]'). Names in a path distinguish case. */
export function resolvePath(node: ast.SemiStructuredPath, environment: Environment): Expression {
  const steps = node.steps.map((step) => {
    if (step.kind === "path_wildcard") throw unsupportedFault(step.at, "[*] in a path");
    if (step.kind === "path_index") return `[${step.index}]`;
    if (/['"\\\]]/.test(step.name)) throw unsupportedFault(step.at, "A quote, backslash or bracket in a path");
    return /^\w+$/.test(step.name) ? `.${step.name}` : `['${step.name}']`;
  });
  const operand = resolveExpression(node.operand, environment);
  return bindCall("get_json_object", [operand, stringLiteral(`$${steps.join("")}`)], node.at);
}
