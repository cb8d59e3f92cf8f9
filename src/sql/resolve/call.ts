import type * as ast from "../ast/expression.ts";
import { nameKey } from "../ast/name.ts";
import type { FunctionKind } from "../functions/mod.ts";
import { kindOf } from "../functions/mod.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { typeOfText } from "../types/mod.ts";
import { bindForm, valueArgument } from "./bind.ts";
import { castTo } from "./cast.ts";
import { type Environment, inPlace, inScope } from "./environment.ts";
import { resolveCondition, resolveExpression } from "./expression.ts";
import { misplaced, unresolvedRoutine } from "./fault.ts";
import { pendingLambda } from "./lambda.ts";
import { resolveSortKeys } from "./order-key.ts";
import { type Call, CallSite, type Expression, type SortKey } from "./resolved.ts";
import { holdsKind } from "./walk.ts";
import { resolveWindow } from "./window.ts";

/** What every call has in common, bound. */
interface Bound {
  readonly type: Call["type"];
  readonly function: Call["function"];
  readonly arguments: readonly Expression[];
}

/** The library's name of a called function, and its kind. @throws Fault UNRESOLVED_ROUTINE naming what was written. */
export function calledFunction(node: Pick<ast.Call, "name">): { readonly name: string; readonly kind: FunctionKind } {
  const name = node.name.parts.map(nameKey).join(".");
  const kind = node.name.parts.length === 1 ? kindOf(name) : undefined;
  if (!kind || kind === "operator") throw unresolvedRoutine(node.name.at, name);
  return { name, kind };
}

/** The arguments, cast to what the function's form wants. */
export function bindArguments(
  name: string,
  given: readonly ast.Argument[],
  node: { readonly at: ast.Call["at"] },
  environment: Environment,
): Bound {
  const values = given.filter((argument) => !(name === "count" && isBareStar(argument.value)));
  const pending = values.map(({ name: label, value }) => {
    if (label) throw unsupportedFault(label.at, "A named argument of a built-in function");
    if (value.kind === "lambda") return pendingLambda(value, environment);
    const resolved = resolveExpression(value, environment);
    return { argument: valueArgument(resolved), finish: (type: Expression["type"]) => castTo(resolved, type) };
  });
  const form = bindForm(
    name,
    pending.map((one) => one.argument),
    node.at,
  );
  return {
    type: form.type,
    function: form.row,
    arguments: Object.freeze(pending.map((one, i) => one.finish(form.types[i]!))),
  };
}

const isBareStar = (value: ast.Expression): boolean =>
  value.kind === "star" && value.qualifier === null && value.except.length === 0;

function refuse(node: ast.Call, name: string, what: string): void {
  throw misplaced(
    node.at,
    "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
    "42000",
    `\`${name}\` takes no ${what}.`,
  );
}

function resolveScalar(node: ast.Call, name: string, environment: Environment): Expression {
  if (node.distinct) refuse(node, name, "DISTINCT");
  if (node.filter) refuse(node, name, "FILTER");
  if (node.within.length > 0) refuse(node, name, "WITHIN GROUP");
  if (node.nulls) refuse(node, name, "IGNORE NULLS");
  if (node.over) refuse(node, name, "OVER");
  if (name === "struct")
    return Object.freeze({ kind: "call", ...bindArguments("named_struct", fieldsOf(node), node, environment) });
  return Object.freeze({ kind: "call", ...bindArguments(name, node.arguments, node, environment) });
}

/** `struct(a, t.b, 1)` has the fields a, b and col3: named after columns where there are any. */
function fieldsOf(node: ast.Call): readonly ast.Argument[] {
  return node.arguments.flatMap((argument, i) => {
    const { value, at } = argument;
    const field = value.kind === "column" ? value.parts.at(-1)!.text : `col${i + 1}`;
    const label: ast.Expression = { kind: "string_literal", at, value: field };
    return [{ kind: "argument", at, name: null, value: label }, argument];
  });
}

function resolveFilter(node: ast.Call, environment: Environment): Expression | null {
  return node.filter && resolveCondition(node.filter, inPlace(environment, "FILTER"));
}

function resolveAggregate(node: ast.Call, name: string, environment: Environment): Expression {
  if (!environment.place.aggregate) {
    const message = `The aggregate \`${name}\` cannot stand in ${environment.place.clause}.`;
    throw misplaced(node.at, "GROUP_BY_AGGREGATE", "42903", message);
  }
  if (node.nulls === "IGNORE") throw unsupportedFault(node.at, "IGNORE NULLS without OVER");
  const rows = inScope(environment, environment.input ?? environment.scope);
  const within = inPlace(rows, `the arguments of \`${name}\``);
  const order: readonly SortKey[] = resolveSortKeys(node.within, within);
  const bound = bindArguments(name, node.arguments, node, within);
  const filter = resolveFilter(node, rows);
  refuseNested([...bound.arguments, ...order.map((key) => key.value)], node, "aggregate", "window");
  return Object.freeze({ kind: "aggregate", ...bound, distinct: node.distinct, filter, order });
}

function resolveWindowCall(node: ast.Call, name: string, environment: Environment): Expression {
  const { over } = node;
  if (!over) {
    throw misplaced(node.at, "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", "42601", `\`${name}\` needs OVER (…).`);
  }
  if (!environment.place.window) {
    const message = `The window function \`${name}\` cannot stand in ${environment.place.clause}.`;
    throw misplaced(node.at, "UNSUPPORTED_EXPR_FOR_WINDOW", "42P20", message);
  }
  if (node.within.length > 0) refuse(node, name, "WITHIN GROUP beside OVER");
  if (node.distinct) throw unsupportedFault(node.at, "DISTINCT in a window function");
  const within = inPlace(environment, `the arguments of \`${name}\``, { aggregate: environment.place.aggregate });
  const bound = bindArguments(name, node.arguments, node, within);
  const window = resolveWindow(over, environment);
  refuseNested([...bound.arguments, ...window.partition, ...window.order.map((key) => key.value)], node, "window");
  return Object.freeze({
    kind: "window",
    ...bound,
    distinct: node.distinct,
    filter: resolveFilter(node, environment),
    ignore_nulls: node.nulls === "IGNORE",
    ...window,
  });
}

/** An alias may have brought in what could not have been written here. */
function refuseNested(values: readonly Expression[], node: ast.Call, ...kinds: readonly Expression["kind"][]): void {
  if (!values.some((value) => holdsKind(value, ...kinds))) return;
  const message =
    "An aggregate holds no aggregate or window function, a window function no other: nest the query in FROM.";
  throw misplaced(node.at, "NESTED_AGGREGATE_FUNCTION", "42607", message);
}

function resolveOutside(node: ast.Call, routine: ast.OutsideRoutine, environment: Environment): Expression {
  const given = node.arguments.map(({ value }) => resolveExpression(value, environment));
  return Object.freeze({
    kind: "outside_call",
    type: typeOfText(routine.returns),
    routine,
    arguments: Object.freeze(given),
    site: new CallSite(node.at),
  });
}

/** A function call, by what kind of function it is. */
export function resolveCall(node: ast.Call, environment: Environment): Expression {
  if (node.outside) return resolveOutside(node, node.outside, environment);
  const { name, kind } = calledFunction(node);
  switch (kind) {
    case "aggregate":
      return node.over ? resolveWindowCall(node, name, environment) : resolveAggregate(node, name, environment);
    case "window":
      return resolveWindowCall(node, name, environment);
    case "generator":
      throw misplaced(
        node.at,
        "UNSUPPORTED_GENERATOR",
        "42K0E",
        `\`${name}\` makes rows: it stands alone in a select list, or in FROM or LATERAL VIEW.`,
      );
    default:
      return resolveScalar(node, name, environment);
  }
}
