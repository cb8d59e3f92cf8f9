import type { Argument, Call, Expression } from "./expression.ts";
import type { Identifier, Name } from "./name.ts";
import type { Position } from "./position.ts";
import type { Query } from "./query.ts";

export interface TableAlias {
  readonly kind: "table_alias";
  readonly at: Position;
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
}

/** `VERSION AS OF` and `TIMESTAMP AS OF`: a node of its own, so that no pass can lose it. */
export interface TimeTravel {
  readonly kind: "time_travel";
  readonly at: Position;
  readonly by: "VERSION" | "TIMESTAMP";
  readonly value: Expression;
}

/** A table, view or common table by its name. */
export interface NamedTable {
  readonly kind: "named_table";
  readonly at: Position;
  readonly name: Name;
  readonly travel: TimeTravel | null;
  readonly alias: TableAlias | null;
}

/** `lent`: the rows of a view or table function. `arguments`: what a function whose body reads tables was given. */
export type DerivedRole = "lent" | "arguments";

/** A view that planning put in the place of its name. */
export interface NamedView {
  readonly name: string;
  readonly columns: readonly string[];
}

/** `[LATERAL] (query) [AS] alias`; `FROM VALUES …` is read as one. */
export interface DerivedTable {
  readonly kind: "derived_table";
  readonly at: Position;
  readonly lateral: boolean;
  readonly query: Query;
  readonly alias: TableAlias | null;
  /** Put in by planning; no text says so. */
  readonly role?: DerivedRole;
  /** The view whose rows these are, and what its columns are called, by position. */
  readonly view?: NamedView;
}

/** `[LATERAL] f(arguments)`; `TABLE(f(arguments))` is read as one. */
export interface TableFunction {
  readonly kind: "table_function";
  readonly at: Position;
  readonly lateral: boolean;
  readonly name: Name;
  readonly arguments: readonly Argument[];
  readonly alias: TableAlias | null;
}

export interface JoinOn {
  readonly kind: "join_on";
  readonly at: Position;
  readonly value: Expression;
}

export interface JoinUsing {
  readonly kind: "join_using";
  readonly at: Position;
  readonly columns: readonly Identifier[];
}

export interface JoinNatural {
  readonly kind: "join_natural";
  readonly at: Position;
}

export type JoinCondition = JoinOn | JoinUsing | JoinNatural;

export type JoinType = "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" | "LEFT SEMI" | "LEFT ANTI";

export interface Join {
  readonly kind: "join";
  readonly at: Position;
  readonly type: JoinType;
  readonly left: TableReference;
  readonly right: TableReference;
  /** Null for CROSS, and for an INNER join written without one. */
  readonly condition: JoinCondition | null;
}

export type TableReference = NamedTable | DerivedTable | TableFunction | Join;

/** `LATERAL VIEW [OUTER] generator(…) [table] [AS columns]`, applied after the FROM list, in order. */
export interface LateralView {
  readonly kind: "lateral_view";
  readonly at: Position;
  readonly outer: boolean;
  readonly call: Call;
  readonly table: Identifier | null;
  readonly columns: readonly Identifier[];
}
