import { nameKey } from "../ast/name.ts";
import type { DerivedTable, NamedTable, TableAlias, TableReference } from "../ast/table.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { type Environment, fullName, inPlace, inScope } from "./environment.ts";
import { misplaced, unresolvedRelation } from "./fault.ts";
import { resolveTableFunction } from "./generator.ts";
import { resolveJoin } from "./join.ts";
import { columnOf } from "./node.ts";
import { resolveQueryIn } from "./query.ts";
import type { Column, Source } from "./resolved.ts";
import { type ScopeColumn, scopeOf } from "./scope.ts";

/** A source with the columns it brings in scope, in the order of `*`. */
export interface Sourced {
  readonly source: Source;
  readonly columns: readonly ScopeColumn[];
}

/** The columns of a source under its alias, renamed by the alias's list. @throws Fault when the list has another length. */
export function named(
  source: Exclude<Source, { kind: "join" }>,
  columns: readonly Column[],
  alias: TableAlias | null,
  qualifier: readonly string[],
): Sourced {
  if (alias && alias.columns.length > 0 && alias.columns.length !== columns.length) {
    const message = `\`${alias.name.text}\` lists ${alias.columns.length} columns, and there are ${columns.length}.`;
    throw misplaced(alias.at, "ASSIGNMENT_ARITY_MISMATCH", "42802", message);
  }
  return {
    source,
    columns: columns.map((column, i) => ({
      name: alias?.columns[i]?.text ?? column.name,
      qualifier: alias ? [nameKey(alias.name)] : qualifier,
      value: columnOf(source.alias, column),
      hidden: false,
    })),
  };
}

function resolveNamed(node: NamedTable, environment: Environment): Sourced {
  if (node.travel) throw unsupportedFault(node.travel.at, "Time travel (VERSION AS OF, TIMESTAMP AS OF)");
  const { statement, ports, common } = environment;
  const entry = node.name.parts.length === 1 ? common.get(nameKey(node.name.parts[0]!)) : undefined;
  const alias = statement.source();
  if (entry) {
    const { columns } = entry;
    const source = Object.freeze({ kind: "common_table_reference", alias, columns, common: entry.id } as const);
    return named(source, columns, node.alias, [nameKey(node.name.parts[0]!)]);
  }
  const name = fullName(node.name, ports.current);
  const found = ports.relation(name);
  if (!found) throw unresolvedRelation(node.at, node.name.parts.map((part) => part.text).join("."));
  const columns = Object.freeze(found.map((column) => Object.freeze({ id: column.name, ...column })));
  const reference = statement.reference();
  return named(
    Object.freeze({ kind: "relation", name, reference, alias, columns }),
    columns,
    node.alias,
    name.split("."),
  );
}

function resolveDerived(node: DerivedTable, environment: Environment, before: readonly ScopeColumn[]): Sourced {
  const outer = node.lateral ? scopeOf(before, environment.scope) : environment.scope;
  const query = resolveQueryIn(node.query, inScope(environment, outer));
  const { columns } = query;
  const alias = environment.statement.source();
  const marks = { ...(node.role && { role: node.role }), ...(node.view && { view: node.view }) };
  const source = Object.freeze({ kind: "subquery", alias, columns, query, lateral: node.lateral, ...marks } as const);
  return named(source, columns, node.alias, []);
}

/** One entry of FROM. `before` is what stands to its left, seen by what is LATERAL. */
export function resolveTable(node: TableReference, environment: Environment, before: readonly ScopeColumn[]): Sourced {
  switch (node.kind) {
    case "named_table":
      return resolveNamed(node, environment);
    case "derived_table":
      return resolveDerived(node, environment, before);
    case "table_function":
      return resolveTableFunction(node, environment, before);
    case "join":
      return resolveJoin(node, environment, before);
  }
}

/** The comma list, as CROSS joins. */
export function resolveFrom(list: readonly TableReference[], environment: Environment): Sourced | null {
  const within = inPlace(environment, "FROM");
  let whole: Sourced | null = null;
  for (const node of list) {
    const next = resolveTable(node, within, whole?.columns ?? []);
    whole = whole ? crossed(whole, next) : next;
  }
  return whole;
}

function crossed(left: Sourced, right: Sourced): Sourced {
  return {
    source: Object.freeze({ kind: "join", type: "CROSS", left: left.source, right: right.source, condition: null }),
    columns: [...left.columns, ...right.columns],
  };
}
