import type { Expression } from "./expression.ts";
import type { Identifier, Name } from "./name.ts";
import type { Position } from "./position.ts";
import type { Query } from "./query.ts";
import type { TypeSyntax } from "./type.ts";

export interface ViewColumn {
  readonly kind: "view_column";
  readonly at: Position;
  readonly name: Identifier;
  readonly comment: string | null;
}

/** `text` is the query as written: what the metastore keeps. */
export interface CreateView {
  readonly kind: "create_view";
  readonly at: Position;
  readonly name: Name;
  readonly replace: boolean;
  readonly if_not_exists: boolean;
  readonly columns: readonly ViewColumn[];
  readonly comment: string | null;
  readonly query: Query;
  readonly text: string;
}

/** An expression with its text as written. */
export interface ExpressionSource {
  readonly kind: "expression_source";
  readonly at: Position;
  readonly value: Expression;
  readonly text: string;
}

/** A query with its text as written. */
export interface QuerySource {
  readonly kind: "query_source";
  readonly at: Position;
  readonly query: Query;
  readonly text: string;
}

/** The body of a function in Python, as it stands between `$$` and `$$`: the statements of a function, RETURN among them. */
export interface PythonSource {
  readonly kind: "python_source";
  readonly at: Position;
  readonly text: string;
}

export interface ParameterDeclaration {
  readonly kind: "parameter_declaration";
  readonly at: Position;
  readonly name: Identifier;
  readonly type: TypeSyntax;
  readonly default: ExpressionSource | null;
  readonly comment: string | null;
}

export interface ResultColumn {
  readonly kind: "result_column";
  readonly at: Position;
  readonly name: Identifier;
  readonly type: TypeSyntax;
  readonly comment: string | null;
}

export interface ScalarResult {
  readonly kind: "scalar_result";
  readonly at: Position;
  readonly type: TypeSyntax;
}

/** `columns` is empty for `RETURNS TABLE` alone: then they are the body's. */
export interface TableResult {
  readonly kind: "table_result";
  readonly at: Position;
  readonly columns: readonly ResultColumn[];
}

/** A function. `returns` is null when not written, as it may be in SQL alone: then the type is the body's. A query as the body of a scalar function is its scalar subquery. */
export interface CreateFunction {
  readonly kind: "create_function";
  readonly at: Position;
  readonly name: Name;
  readonly replace: boolean;
  readonly if_not_exists: boolean;
  readonly parameters: readonly ParameterDeclaration[];
  readonly returns: ScalarResult | TableResult | null;
  readonly comment: string | null;
  readonly deterministic: boolean | null;
  readonly body: ExpressionSource | QuerySource | PythonSource;
}
