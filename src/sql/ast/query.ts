import type { Expression } from "./expression.ts";
import type { Identifier, Name } from "./name.ts";
import type { OrderBy } from "./order.ts";
import type { Position } from "./position.ts";
import type { LateralView, TableReference } from "./table.ts";
import type { NamedWindow } from "./window.ts";

/** One entry of WITH; its columns are renamed when `columns` is not empty. Sees the entries before it, never itself. */
export interface CommonTable {
  readonly kind: "common_table";
  readonly at: Position;
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly query: Query;
}

/** A query with what may surround a body. The root of every subquery too, so scopes begin here and nowhere else. */
export interface Query {
  readonly kind: "query";
  readonly at: Position;
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly order: OrderBy | null;
  /** Null for none and for LIMIT ALL. */
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

export interface SelectItem {
  readonly kind: "select_item";
  readonly at: Position;
  readonly value: Expression;
  readonly alias: Identifier | null;
}

export interface GroupExpression {
  readonly kind: "group_expression";
  readonly at: Position;
  readonly value: Expression;
}

/** `ROLLUP (…)`, `CUBE (…)`, `GROUPING SETS (…)`; `GROUP BY a, b WITH ROLLUP` is read as ROLLUP. */
export interface GroupSets {
  readonly kind: "group_sets";
  readonly at: Position;
  readonly form: "ROLLUP" | "CUBE" | "GROUPING SETS";
  readonly sets: readonly (readonly Expression[])[];
}

export type GroupItem = GroupExpression | GroupSets;

export interface GroupByList {
  readonly kind: "group_by_list";
  readonly at: Position;
  readonly items: readonly GroupItem[];
}

/** `GROUP BY ALL`: by every select item without an aggregate. */
export interface GroupByAll {
  readonly kind: "group_by_all";
  readonly at: Position;
}

export type GroupBy = GroupByList | GroupByAll;

export interface Select {
  readonly kind: "select";
  readonly at: Position;
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  /** The comma list; empty for a SELECT without FROM. */
  readonly from: readonly TableReference[];
  readonly lateral_views: readonly LateralView[];
  readonly where: Expression | null;
  readonly group: GroupBy | null;
  readonly having: Expression | null;
  readonly qualify: Expression | null;
  readonly windows: readonly NamedWindow[];
  /** Put in by planning: it stands in the body of a function, among what the function was given. */
  readonly called?: true;
  /** Put in by planning: the function whose body it stands in. */
  readonly routine?: string;
}

/** MINUS is read as EXCEPT. `all` false is DISTINCT, the default. */
export interface SetOperation {
  readonly kind: "set_operation";
  readonly at: Position;
  readonly operator: "UNION" | "EXCEPT" | "INTERSECT";
  readonly all: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

/** Every row has the same number of values, at least one; `VALUES 1, 2` is two rows of one. */
export interface Values {
  readonly kind: "values";
  readonly at: Position;
  readonly rows: readonly (readonly Expression[])[];
}

/** `TABLE t`: all of its rows and columns. */
export interface WholeTable {
  readonly kind: "whole_table";
  readonly at: Position;
  readonly name: Name;
}

/** A `Query` here is one in parentheses. */
export type QueryBody = Select | SetOperation | Values | WholeTable | Query;
