import type { FunctionDefinition, ViewDefinition, Who } from "#kernel/mod.ts";
import type { Call, ColumnReference, Expression, ModelRoutine, Star } from "../ast/expression.ts";
import { nameKey } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import type { Query, QueryBody, WholeTable } from "../ast/query.ts";
import type { NamedTable, TableFunction, TableReference } from "../ast/table.ts";
import { mapQuery } from "../ast/visit.ts";
import { derivedAs, item, namedTable, select, star, tableAlias } from "./build.ts";
import { foldIdentity, isFolded } from "./identity.ts";
import { callModel, callRoutine, callTableRoutine } from "./inline.ts";
import type { CurrentNames } from "./names.ts";
import type { ColumnsOf } from "./substitute.ts";

/** A function whose body, if it is in SQL, and whose defaults name base tables alone. */
export interface ExpandedRoutine {
  readonly definition: FunctionDefinition;
  readonly body:
    | { readonly kind: "expression"; readonly value: Expression }
    | { readonly kind: "query"; readonly query: Query }
    | { readonly kind: "python"; readonly source: string };
  /** By lower-case parameter name. */
  readonly defaults: ReadonlyMap<string, Expression>;
}

/** All that rewriting one text needs; places are the positions of its nodes, by identity. */
export interface Prepared {
  readonly tables: ReadonlyMap<Position, string>;
  readonly calls: ReadonlyMap<Position, string>;
  /** Calls that ask a model. */
  readonly asked: ReadonlyMap<Position, ModelRoutine>;
  readonly views: ReadonlyMap<string, { readonly definition: ViewDefinition; readonly query: Query }>;
  readonly routines: ReadonlyMap<string, ExpandedRoutine>;
  readonly who: Who;
  readonly current: CurrentNames;
  /** The text is a function's body. */
  readonly called: boolean;
  /** The function whose text it is, its defaults included. */
  readonly routine: string | null;
  /** The views and functions that the text stands in; empty for the statement's own. */
  readonly text: string;
  readonly columnsOf: ColumnsOf;
  readonly isAggregate: (name: string) => boolean;
}

/**
 * The text with views and SQL functions replaced, identity folded, and every base table by its full name under an alias. A name
 * of three parts is never a common table's, so nothing around can capture what is put in.
 */
export function rewrite(text: Query, prepared: Prepared): Query {
  const rewriter = new Rewriter(prepared);
  return mapQuery(text, {
    expression: (node) => rewriter.expression(node),
    table: (node) => rewriter.table(node),
    body: (node) => rewriter.body(node),
  });
}

class Rewriter {
  readonly #prepared: Prepared;
  /** Full names as written tables may be qualified by, with the alias they got. */
  readonly #qualifiers: ReadonlyMap<string, string>;

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
    this.#qualifiers = qualifiersOf(prepared);
  }

  expression(node: Expression): Expression {
    switch (node.kind) {
      case "call":
        return this.#call(node);
      case "column":
        return this.#column(node);
      case "star":
        return this.#star(node);
      default:
        return node;
    }
  }

  table(node: TableReference): TableReference {
    if (node.kind === "named_table") return this.#table(node);
    if (node.kind === "table_function") return this.#tableFunction(node);
    return node;
  }

  body(node: Exclude<QueryBody, Query>): QueryBody {
    const { called, routine } = this.#prepared;
    const marks = { ...(called && { called }), ...(routine !== null && { routine }) };
    if (node.kind === "select") return Object.freeze({ ...node, ...marks });
    if (node.kind !== "whole_table") return node;
    const table = this.#whole(node);
    const whole = select(node.at, [item(node.at, star(node.at), null)], [table]);
    return Object.freeze({ ...whole, ...(routine !== null && { routine }) });
  }

  #whole(node: WholeTable): TableReference {
    return this.#table({ kind: "named_table", at: node.at, name: node.name, travel: null, alias: null });
  }

  #table(node: NamedTable): TableReference {
    const { tables, views } = this.#prepared;
    const full = tables.get(node.at);
    if (full === undefined) return node;
    const parts = full.split(".");
    const alias = node.alias ?? tableAlias(node.at, parts.at(-1)!);
    const view = views.get(full);
    if (!view) return namedTable(node.at, parts, alias);
    const names = view.definition.columns.map((column) => column.name);
    const renamed = alias.columns.length > 0 ? alias : tableAlias(node.at, alias.name.text, names);
    const rows = derivedAs("lent", node.at, view.query, renamed);
    return Object.freeze({ ...rows, view: { name: full, columns: names } });
  }

  #tableFunction(node: TableFunction): TableReference {
    const { calls, routines } = this.#prepared;
    const full = calls.get(node.at);
    const routine = full === undefined ? undefined : routines.get(full);
    return routine ? callTableRoutine(node, routine, this.#prepared) : node;
  }

  #call(node: Call): Expression {
    const { calls, routines, who, current } = this.#prepared;
    const full = calls.get(node.at);
    const routine = full === undefined ? undefined : routines.get(full);
    if (routine) return callRoutine(node, routine, this.#prepared);
    const asked = this.#prepared.asked.get(node.at);
    if (asked) return callModel(node, asked);
    const [only] = node.name.parts.map(nameKey);
    if (node.name.parts.length === 1 && isFolded(only!)) return foldIdentity(node, who, current);
    return node;
  }

  /** `catalog.schema.table.column` and `schema.table.column`: the table goes by its alias from here on. */
  #column(node: ColumnReference): Expression {
    const keys = node.parts.map(nameKey);
    for (const length of [3, 2]) {
      if (keys.length <= length) continue;
      const alias = this.#qualifiers.get(keys.slice(0, length).join("."));
      if (alias === undefined) continue;
      const [kept, ...rest] = node.parts.slice(length - 1);
      const first = Object.freeze({ ...kept!, text: alias });
      return Object.freeze({ ...node, parts: Object.freeze([first, ...rest]) });
    }
    return node;
  }

  #star(node: Star): Expression {
    if (!node.qualifier || node.qualifier.parts.length < 2) return node;
    const alias = this.#qualifiers.get(node.qualifier.parts.map(nameKey).join("."));
    if (alias === undefined) return node;
    const last = Object.freeze({ ...node.qualifier.parts.at(-1)!, text: alias });
    const qualifier = Object.freeze({ ...node.qualifier, parts: Object.freeze([last]) });
    return Object.freeze({ ...node, qualifier });
  }
}

function qualifiersOf({ tables, current }: Prepared): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const full of tables.values()) {
    const [catalog, schema, last = ""] = full.split(".");
    found.set(full, last);
    if (catalog === current.catalog) found.set(`${schema}.${last}`, last);
  }
  return found;
}
