/**
 * The resolved tree: what a query means, with nothing left to look up. Every expression carries its Databricks type, every
 * implicit cast is a node, every column reference names its source by an alias that is unique in the whole statement, so that
 * no pass and no printer needs scopes. Nodes are frozen; passes build new ones. The set is closed.
 */
import type { OutsideRoutine } from "../ast/expression.ts";
import type { Position } from "../ast/position.ts";
import type { FunctionRow } from "../functions/row.ts";
import type { DataType } from "../types/type.ts";

/** A column that a source or query gives. `id` is unique among its siblings, `name` is what a user sees. */
export interface Column {
  readonly id: string;
  readonly name: string;
  readonly type: DataType;
}

/**
 * `value` by type: boolean; bigint for whole numbers, and for intervals as months or microseconds; number for FLOAT and DOUBLE;
 * text for STRING, DECIMAL (plain digits), BINARY (hexadecimal), DATE, TIMESTAMP and TIMESTAMP_NTZ (as their literals are
 * spelled); null for NULL of any type.
 */
export interface Literal {
  readonly kind: "literal";
  readonly type: DataType;
  readonly value: boolean | bigint | number | string | null;
}

/** A column of a source in scope; `source` is its alias, `column` the column's id. */
export interface ColumnReference {
  readonly kind: "column";
  readonly type: DataType;
  readonly source: string;
  readonly column: string;
}

/** In ORDER BY alone: a column of the query's own output, by id. */
export interface OutputReference {
  readonly kind: "output";
  readonly type: DataType;
  readonly column: string;
}

/** `tolerant`: NULL instead of an error. `implicit`: written by the resolver. */
export interface Cast {
  readonly kind: "cast";
  readonly type: DataType;
  readonly operand: Expression;
  readonly tolerant: boolean;
  readonly implicit: boolean;
}

/** An operator or scalar function. Arguments have the types that the row demands: casts are made already. */
export interface Call {
  readonly kind: "call";
  readonly type: DataType;
  readonly function: FunctionRow;
  readonly arguments: readonly Expression[];
}

/** Where a call was written. Two calls that are written alike are the same expression, wherever they stand. */
export class CallSite {
  readonly #at: Position;

  constructor(at: Position) {
    this.#at = at;
  }

  get at(): Position {
    return this.#at;
  }
}

/** A call that no engine runs, of a function in Python or of a model: planning makes a step of its own of it, and puts a column in its place. */
export interface OutsideCall {
  readonly kind: "outside_call";
  readonly type: DataType;
  readonly routine: OutsideRoutine;
  readonly arguments: readonly Expression[];
  readonly site: CallSite;
}

/** `order` is that of WITHIN GROUP or of the function's own. Not over a window. */
export interface Aggregate {
  readonly kind: "aggregate";
  readonly type: DataType;
  readonly function: FunctionRow;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly filter: Expression | null;
  readonly order: readonly SortKey[];
}

/** A window function, or an aggregate over a window. Named windows are written out. */
export interface WindowCall {
  readonly kind: "window";
  readonly type: DataType;
  readonly function: FunctionRow;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly filter: Expression | null;
  readonly ignore_nulls: boolean;
  readonly partition: readonly Expression[];
  readonly order: readonly SortKey[];
  readonly frame: Frame | null;
}

export interface FrameBound {
  readonly bound: "UNBOUNDED PRECEDING" | "PRECEDING" | "CURRENT ROW" | "FOLLOWING" | "UNBOUNDED FOLLOWING";
  /** Given for PRECEDING and FOLLOWING alone. */
  readonly distance: Expression | null;
}

export interface Frame {
  readonly unit: "ROWS" | "RANGE";
  readonly start: FrameBound;
  readonly end: FrameBound;
}

/** Only an argument of a call; `type` is that of its body. Parameters' ids are unique in the whole statement. */
export interface Lambda {
  readonly kind: "lambda";
  readonly type: DataType;
  readonly parameters: readonly { readonly id: string; readonly type: DataType }[];
  readonly body: Expression;
}

export interface LambdaParameter {
  readonly kind: "lambda_parameter";
  readonly type: DataType;
  readonly id: string;
}

/** Searched form only: a simple CASE compares with `=` calls. Results and `otherwise` have the node's type. */
export interface Case {
  readonly kind: "case";
  readonly type: DataType;
  readonly branches: readonly { readonly condition: Expression; readonly result: Expression }[];
  readonly otherwise: Expression | null;
}

/** Operand and items have one type. */
export interface InList {
  readonly kind: "in_list";
  readonly type: DataType;
  readonly operand: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
}

/** The query gives one column of the operand's type. */
export interface InQuery {
  readonly kind: "in_query";
  readonly type: DataType;
  readonly operand: Expression;
  readonly query: Query;
  readonly negated: boolean;
}

export interface Exists {
  readonly kind: "exists";
  readonly type: DataType;
  readonly query: Query;
}

/** Gives one column; more than one row is an error. */
export interface ScalarSubquery {
  readonly kind: "scalar_subquery";
  readonly type: DataType;
  readonly query: Query;
}

/** A field of a struct, in its spelling in the struct's type. */
export interface FieldAccess {
  readonly kind: "field";
  readonly type: DataType;
  readonly operand: Expression;
  readonly field: string;
}

export type Expression =
  | Literal
  | ColumnReference
  | OutputReference
  | Cast
  | Call
  | OutsideCall
  | Aggregate
  | WindowCall
  | Lambda
  | LambdaParameter
  | Case
  | InList
  | InQuery
  | Exists
  | ScalarSubquery
  | FieldAccess;

/** The dialect's defaults are written out. */
export interface SortKey {
  readonly value: Expression;
  readonly direction: "ASC" | "DESC";
  readonly nulls: "FIRST" | "LAST";
}

/** A table, view or scan that is not governed yet: printing it is an error. `reference` numbers it in the statement, from 1. */
export interface Relation {
  readonly kind: "relation";
  /** Full, dotted, lower-case. */
  readonly name: string;
  readonly reference: number;
  readonly alias: string;
  readonly columns: readonly Column[];
}

/** A physical relation of the engine; its columns' ids are the physical names. Only the whole FROM of a governed query. */
export interface Physical {
  readonly kind: "physical";
  readonly alias: string;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly Column[];
}

/** What stands in a relation's place once its policies are in it. Made by `govern` alone. */
export interface Governed {
  readonly kind: "governed";
  readonly name: string;
  readonly reference: number;
  readonly alias: string;
  readonly columns: readonly Column[];
  readonly query: Query;
}

/** A query in FROM, also a view's; `lateral` when it refers to sources before it. */
export interface Subquery {
  readonly kind: "subquery";
  readonly alias: string;
  readonly columns: readonly Column[];
  readonly query: Query;
  readonly lateral: boolean;
  /**
   * `lent`: the rows of a view or table function; what its query leaves out is not the reader's. `arguments`: one row of what a
   * function whose body reads tables was given.
   */
  readonly role?: "lent" | "arguments";
  /** The view whose rows these are, and what its columns are called, by position. For lineage alone. */
  readonly view?: { readonly name: string; readonly columns: readonly string[] };
}

/** `common` is the id of a common table in scope. */
export interface CommonTableReference {
  readonly kind: "common_table_reference";
  readonly alias: string;
  readonly columns: readonly Column[];
  readonly common: string;
}

export type JoinType = "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" | "LEFT SEMI" | "LEFT ANTI";

/** USING and NATURAL are conditions by now, their merged columns COALESCE calls. `condition` is null for CROSS alone. */
export interface Join {
  readonly kind: "join";
  readonly type: JoinType;
  readonly left: Source;
  readonly right: Source;
  readonly condition: Expression | null;
}

/**
 * Rows made by a generator (`explode`, `posexplode`, `inline`, `stack`, `range`), once for each row of `input`: LATERAL VIEW, a
 * generator in the select list, or a table function. Without input it stands alone. `outer`: a row of NULLs where it makes none.
 */
export interface Generate {
  readonly kind: "generate";
  readonly input: Source | null;
  readonly function: FunctionRow;
  readonly arguments: readonly Expression[];
  readonly outer: boolean;
  readonly alias: string;
  readonly columns: readonly Column[];
}

export type Source = Relation | Physical | Governed | Subquery | CommonTableReference | Join | Generate;

/** `keys` once each; `sets` are indices into them. Plain GROUP BY has one set with all keys, `GROUP BY ()` one empty set. */
export interface Grouping {
  readonly keys: readonly Expression[];
  readonly sets: readonly (readonly number[])[];
}

export interface SelectItem {
  readonly column: Column;
  readonly value: Expression;
}

/** Comma lists are CROSS joins, stars are written out, aliases of the select list are replaced by what they stand for. */
export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: Source | null;
  readonly where: Expression | null;
  readonly group: Grouping | null;
  readonly having: Expression | null;
  readonly qualify: Expression | null;
  /** It stands in the body of a function, among what the function was given. */
  readonly called?: true;
  /** The function whose body it stands in. For lineage alone. */
  readonly routine?: string;
}

/** Both sides give columns of the same types; the output's ids are those of the left side. */
export interface SetOperation {
  readonly kind: "set_operation";
  readonly operator: "UNION" | "EXCEPT" | "INTERSECT";
  readonly all: boolean;
  readonly left: Body;
  readonly right: Body;
}

export interface Values {
  readonly kind: "values";
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Expression[])[];
}

/** A `Query` here is one in parentheses. */
export type Body = Select | SetOperation | Values | Query;

/** `id` is unique in the whole statement. */
export interface CommonTable {
  readonly id: string;
  readonly query: Query;
}

export interface Query {
  readonly kind: "query";
  readonly with: readonly CommonTable[];
  readonly body: Body;
  readonly order: readonly SortKey[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
  /** The body's output. */
  readonly columns: readonly Column[];
}
