import type { Call } from "../ast/expression.ts";
import { type Identifier, nameKey } from "../ast/name.ts";
import type { LateralView, TableFunction } from "../ast/table.ts";
import { unsupportedFault } from "../parse/fault.ts";
import type { StructType } from "../types/mod.ts";
import { bindArguments, calledFunction } from "./call.ts";
import { type Environment, inPlace, inScope } from "./environment.ts";
import { misplaced } from "./fault.ts";
import { named, type Sourced } from "./from.ts";
import { columnOf, outputColumn, queryOf, selectOf } from "./node.ts";
import type { Column, Generate, Source } from "./resolved.ts";
import { type ScopeColumn, scopeOf } from "./scope.ts";

interface Generating {
  readonly call: Pick<Call, "name" | "arguments" | "at">;
  readonly outer: boolean;
  readonly input: Source | null;
  /** Names for the columns made; empty for the generator's own. */
  readonly columns: readonly Identifier[];
}

/** True when the call is of a function that makes rows. */
export function isGenerator(node: Pick<Call, "name" | "outside">): boolean {
  return node.outside === undefined && node.name.parts.length === 1 && calledFunction(node).kind === "generator";
}

/** Rows made by a generator, its arguments resolved in `environment`. The form's type is a struct of its columns. */
export function resolveGenerate(given: Generating, environment: Environment): Generate {
  const { name, kind } = calledFunction(given.call);
  if (kind !== "generator") {
    throw unsupportedFault(given.call.at, `\`${name}\` in the place of a table`);
  }
  const bound = bindArguments(
    name,
    given.call.arguments,
    given.call,
    inPlace(environment, `the arguments of \`${name}\``),
  );
  const made = (bound.type as StructType).fields;
  if (given.columns.length > 0 && given.columns.length !== made.length) {
    const message = `\`${name}\` makes ${made.length} columns, and ${given.columns.length} names are given.`;
    throw misplaced(given.call.at, "UDTF_ALIAS_NUMBER_MISMATCH", "42802", message);
  }
  const columns = made.map((field, i): Column => outputColumn(i, given.columns[i]?.text ?? field.name, field.type));
  return Object.freeze({
    kind: "generate",
    input: given.input,
    function: bound.function,
    arguments: bound.arguments,
    outer: given.outer,
    alias: environment.statement.source(),
    columns: Object.freeze(columns),
  });
}

/** A table function; with LATERAL it may read what stands before it, and is then a subquery that does. */
export function resolveTableFunction(
  node: TableFunction,
  environment: Environment,
  before: readonly ScopeColumn[],
): Sourced {
  const outer = node.lateral ? scopeOf(before, environment.scope) : environment.scope;
  const generating = { call: node, outer: false, input: null, columns: node.alias?.columns ?? [] };
  const source = resolveGenerate(generating, inScope(environment, outer));
  if (!node.lateral) return named(source, source.columns, node.alias, []);
  const items = source.columns.map((column) => Object.freeze({ column, value: columnOf(source.alias, column) }));
  const { columns } = source;
  const query = queryOf(selectOf(items, source), columns);
  const alias = environment.statement.source();
  return named(Object.freeze({ kind: "subquery", alias, columns, query, lateral: true }), columns, node.alias, []);
}

/** LATERAL VIEW: the rows before it, each with the rows that the generator makes of it. */
export function resolveLateralView(view: LateralView, input: Sourced | null, environment: Environment): Sourced {
  const generating = { call: view.call, outer: view.outer, input: input?.source ?? null, columns: view.columns };
  const source = resolveGenerate(generating, inScope(environment, scopeOf(input?.columns ?? [], environment.scope)));
  const made = named(source, source.columns, null, view.table ? [nameKey(view.table)] : []);
  return { source, columns: [...(input?.columns ?? []), ...made.columns] };
}
