import type { FunctionDefinition, ParameterDefinition } from "#kernel/mod.ts";
import type { Argument, Call, Expression, ModelRoutine } from "../ast/expression.ts";
import { nameKey } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import type { Query } from "../ast/query.ts";
import type { TableFunction, TableReference } from "../ast/table.ts";
import { type QueryNode, walk } from "../ast/visit.ts";
import { isLeakProof } from "../govern/leak-proof.ts";
import { requestsOf } from "../models/routine.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { parseTypeText } from "../parse/mod.ts";
import { resolveQuery } from "../resolve/mod.ts";
import {
  cast,
  column,
  derivedAs,
  derivedTable,
  item,
  nameOf,
  query,
  scalarSubquery,
  select,
  tableAlias,
} from "./build.ts";
import { faultAt } from "./names.ts";
import type { ExpandedRoutine } from "./rewrite.ts";
import { type ColumnsOf, type Parameters, substituteExpression, substituteQuery } from "./substitute.ts";

interface Surroundings {
  /** See `Prepared`; the statement's own text when not told. */
  readonly text?: string;
  readonly columnsOf: ColumnsOf;
  readonly isAggregate: (name: string) => boolean;
}

/**
 * A call of a scalar SQL function as its body, the result cast to the declared type; one of a Python function as a call still, marked for
 * a step of its own. Arguments are cast to the parameters' types.
 */
export function callRoutine(call: Call, routine: ExpandedRoutine, around: Surroundings): Expression {
  const { definition, body } = routine;
  if (body.kind === "query" || definition.returns.kind !== "scalar")
    throw faultAt(call.at, `'${definition.name}' gives a table: name it in FROM`, "NOT_A_SCALAR_FUNCTION", "42887");
  if (call.distinct || call.filter || call.over || call.within.length > 0 || call.nulls)
    throw unsupportedFault(call.at, `DISTINCT, FILTER, WITHIN GROUP or OVER on the function '${definition.name}'`);
  const values = argumentsOf(call.at, call.arguments, routine);
  if (body.kind === "python") return pythonCall(call, definition, definition.returns.type, values, around);
  const made = inlineExpression(call.at, definition, body.value, values, around);
  return cast(call.at, made, parseTypeText(definition.returns.type));
}

function pythonCall(
  call: Call,
  { name, owner, parameters, body }: FunctionDefinition,
  returns: string,
  values: ReadonlyMap<string, Expression>,
  { text = "" }: Surroundings,
): Call {
  const given = parameters.map((parameter): Argument => {
    const value = values.get(parameter.name.toLowerCase())!;
    return Object.freeze({ kind: "argument", at: value.at, name: null, value });
  });
  const declared = parameters.map((one) => ({ name: one.name, type: one.type }));
  const outside = Object.freeze({ kind: "python" as const, name, owner, parameters: declared, returns, body, text });
  // By its full name, which no built-in function has.
  const full = nameOf(call.name.at, name.split("."));
  return Object.freeze({ ...call, name: full, arguments: Object.freeze(given), outside });
}

/** A call that asks a model, marked for a step of its own: of its arguments only the question, or the texts to compare, are left, the others being constants. */
export function callModel(call: Call, outside: ModelRoutine): Call {
  const { at } = call;
  const given = requestsOf(call).map((request): Argument => {
    const value = cast(at, request, parseTypeText("STRING"));
    return Object.freeze({ kind: "argument", at, name: null, value });
  });
  return Object.freeze({ ...call, arguments: Object.freeze(given), outside });
}

/** The body with values in place of parameters; where one could be captured, values stay outside in a derived table of their own. */
export function inlineExpression(
  at: Position,
  definition: Pick<FunctionDefinition, "name">,
  body: Expression,
  values: ReadonlyMap<string, Expression>,
  around: Surroundings,
): Expression {
  const parameters: Parameters = { routine: lastPart(definition.name), values };
  if (values.size === 0) return body;
  if (!opensScope(body) || maySubstitute(body, values)) {
    const substituted = substituteExpression(body, parameters, around.columnsOf);
    if (substituted) return substituted;
  }
  refuseAggregates(at, definition.name, values, around);
  return scalarSubquery(at, query(at, select(at, [item(at, body, null)], [argumentTable(at, parameters, body)])));
}

/** A call of a table function as a derived table of its columns, cast and named as declared. */
export function callTableRoutine(call: TableFunction, routine: ExpandedRoutine, around: Surroundings): TableReference {
  const { definition, body } = routine;
  if (body.kind !== "query" || definition.returns.kind !== "table")
    throw faultAt(call.at, `'${definition.name}' gives one value, no table`, "NOT_A_TABLE_FUNCTION", "42887");
  const { at } = call;
  const values = argumentsOf(at, call.arguments, routine);
  const names = definition.returns.columns.map((each) => each.name);
  const rows = tableRows(at, definition, body.query, values, around, names);
  const items = definition.returns.columns.map((each) =>
    item(at, cast(at, column(at, RESULT, each.name), parseTypeText(each.type)), each.name),
  );
  const alias = call.alias ?? tableAlias(at, lastPart(definition.name));
  return derivedAs("lent", at, query(at, select(at, items, rows)), alias, call.lateral);
}

/** The alias of a table function's rows. */
const RESULT = "result";

/** FROM items that give a table function's rows under the alias `result`, its columns named when `names` are given. */
export function tableRows(
  at: Position,
  definition: Pick<FunctionDefinition, "name">,
  body: Query,
  values: ReadonlyMap<string, Expression>,
  around: Surroundings,
  names: readonly string[] = [],
): readonly TableReference[] {
  const alias = tableAlias(at, RESULT, names);
  const parameters: Parameters = { routine: lastPart(definition.name), values };
  if (values.size === 0) return [derivedTable(at, body, alias)];
  if (maySubstitute(body, values)) {
    const substituted = substituteQuery(body, parameters, around.columnsOf);
    if (substituted) return [derivedTable(at, substituted, alias)];
  }
  refuseAggregates(at, definition.name, values, around);
  return [argumentTable(at, parameters, body), derivedTable(at, body, alias, true)];
}

/** `(SELECT value AS parameter, …) AS function`: values are read outside the body, the body reads them as columns. */
function argumentTable(at: Position, { routine, values }: Parameters, body: Expression | Query): TableReference {
  const items = [...values].map(([name, value]) => item(at, value, name));
  const rows = query(at, select(at, items, []));
  const alias = tableAlias(at, routine);
  return readsTables(body) ? derivedAs("arguments", at, rows, alias) : derivedTable(at, rows, alias);
}

/** Values by lower-case parameter name, in the order of the parameters. */
function argumentsOf(
  at: Position,
  given: readonly Argument[],
  { definition, defaults }: Pick<ExpandedRoutine, "definition" | "defaults">,
): ReadonlyMap<string, Expression> {
  const positional = given.filter((each) => each.name === null);
  const named = new Map(given.flatMap((each) => (each.name ? [[nameKey(each.name), each.value] as const] : [])));
  const { parameters, name } = definition;
  if (positional.length > parameters.length)
    throw faultAt(
      at,
      `'${name}' takes ${parameters.length} arguments, and ${given.length} are given`,
      "WRONG_NUM_ARGS",
      "42605",
    );
  for (const key of named.keys()) {
    const place = parameters.findIndex((each) => each.name.toLowerCase() === key);
    if (place < positional.length)
      throw faultAt(at, `'${name}' takes no argument '${key}' here`, "UNRECOGNIZED_PARAMETER_NAME", "4274K");
  }
  return new Map(
    parameters.map((parameter, i) => {
      const key = parameter.name.toLowerCase();
      const value = positional[i]?.value ?? named.get(key) ?? defaults.get(key);
      if (!value) throw missing(at, name, parameter);
      return [key, cast(at, value, parseTypeText(parameter.type))] as const;
    }),
  );
}

function missing(at: Position, name: string, parameter: ParameterDefinition): Error {
  return faultAt(
    at,
    `'${name}' needs a value for its parameter '${parameter.name}'`,
    "REQUIRED_PARAMETER_NOT_FOUND",
    "4274K",
  );
}

/** True when a body holds names of its own: subqueries, or the parameters of lambdas. */
function opensScope(body: Expression): boolean {
  return walk(body).some((node) => node.kind === "query" || node.kind === "lambda");
}

/**
 * True when values may stand within a body's own conditions: they mean the same there, and a body that reads tables is given none
 * that may fail, since whether it does would tell which rows the body came across.
 */
function maySubstitute(body: Expression | Query, values: ReadonlyMap<string, Expression>): boolean {
  const reads = readsTables(body);
  return [...values.values()].every((value) => isSealed(value) && (!reads || isSure(value)));
}

const readsTables = (body: Expression | Query): boolean => walk(body).some((node) => node.kind === "named_table");

/** True for a constant that surely has a value. Columns of an alias of ours are a policy's arguments, which its owner chose. */
function isSure(value: Expression): boolean {
  if (walk(value).some((node) => node.kind === "column")) return true;
  const alone = query(value.at, select(value.at, [item(value.at, value, "value")], []));
  return isLeakProof(resolveQuery(alone, { relation: () => undefined, current: null }));
}

/** True for a value that no name within a body can change: no column in it but those of aliases that only we write. */
function isSealed(value: Expression): boolean {
  return !walk(value).some(
    (node) => node.kind === "query" || (node.kind === "column" && !isOwnAlias(nameKey(node.parts[0]!))),
  );
}

/** Aliases that no text can write: the lexer refuses control characters in names. */
const OWN = "\u0001";
export const ownAlias = (number: number): string => `${OWN}g${number}`;
const isOwnAlias = (key: string): boolean => key.startsWith(OWN);

function refuseAggregates(
  at: Position,
  name: string,
  values: ReadonlyMap<string, Expression>,
  { isAggregate }: Surroundings,
): void {
  const aggregates = (node: QueryNode): boolean =>
    node.kind === "call" && (node.over !== null || isAggregate(node.name.parts.map(nameKey).join(".")));
  for (const value of values.values())
    if (walk(value).some(aggregates))
      throw unsupportedFault(
        at,
        `An aggregate or window as an argument of '${name}', whose body has a query`,
        "Compute it in a subquery first.",
      );
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
