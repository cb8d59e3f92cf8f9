import type { JsonObject } from "#base/json.ts";
import type { LentBy } from "#kernel/mod.ts";
import type { Literal } from "./literal.ts";
import type { Identifier, Name } from "./name.ts";
import type { OrderItem } from "./order.ts";
import type { Position } from "./position.ts";
import type { Query } from "./query.ts";
import type { TypeSyntax } from "./type.ts";
import type { Window } from "./window.ts";

/** One to n parts: which of them are table, column and struct field is decided when names are resolved. */
export interface ColumnReference {
  readonly kind: "column";
  readonly at: Position;
  readonly parts: readonly Identifier[];
}

/** `:name`; the name without its colon. */
export interface NamedParameter {
  readonly kind: "parameter";
  readonly at: Position;
  readonly name: string;
}

/** `*`, `t.*`, `* EXCEPT (a, b.c)`: only as a select item, and alone in `count(*)`. */
export interface Star {
  readonly kind: "star";
  readonly at: Position;
  readonly qualifier: Name | null;
  readonly except: readonly Name[];
}

export type UnaryOperator = "-" | "+" | "~" | "NOT";

export interface Unary {
  readonly kind: "unary";
  readonly at: Position;
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "DIV" | "||" | "&" | "|" | "^" | "<<" | ">>" | ">>>";
export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=" | "<=>";
export type LogicalOperator = "AND" | "OR";
/** `==` is read as `=`, `!=` as `<>`, `!` as NOT, `MOD` as a function. */
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | LogicalOperator;

export interface Binary {
  readonly kind: "binary";
  readonly at: Position;
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `IS [NOT] NULL | TRUE | FALSE`; `IS UNKNOWN` is read as `IS NULL`. */
export interface IsTest {
  readonly kind: "is_test";
  readonly at: Position;
  readonly operand: Expression;
  readonly test: "NULL" | "TRUE" | "FALSE";
  readonly negated: boolean;
}

/** `IS [NOT] DISTINCT FROM`; negated means NOT DISTINCT. */
export interface IsDistinct {
  readonly kind: "is_distinct";
  readonly at: Position;
  readonly left: Expression;
  readonly right: Expression;
  readonly negated: boolean;
}

export interface Between {
  readonly kind: "between";
  readonly at: Position;
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}

export interface InList {
  readonly kind: "in_list";
  readonly at: Position;
  readonly operand: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
}

export interface InQuery {
  readonly kind: "in_query";
  readonly at: Position;
  readonly operand: Expression;
  readonly query: Query;
  readonly negated: boolean;
}

/** `REGEXP` is read as RLIKE. `escape` is one character; null means the dialect's default, the backslash (RLIKE has none). */
export interface Like {
  readonly kind: "like";
  readonly at: Position;
  readonly operator: "LIKE" | "ILIKE" | "RLIKE";
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: string | null;
  readonly negated: boolean;
}

export interface CaseBranch {
  readonly kind: "case_branch";
  readonly at: Position;
  readonly condition: Expression;
  readonly result: Expression;
}

/** With `operand` the simple form, without it the searched form. */
export interface Case {
  readonly kind: "case";
  readonly at: Position;
  readonly operand: Expression | null;
  readonly branches: readonly CaseBranch[];
  readonly otherwise: Expression | null;
}

/** `CAST(a AS t)` and `a::t`; `tolerant` for `TRY_CAST` and `a?::t`, which give NULL instead of an error. */
export interface Cast {
  readonly kind: "cast";
  readonly at: Position;
  readonly operand: Expression;
  readonly type: TypeSyntax;
  readonly tolerant: boolean;
}

/** An argument of a call; `name` for `name => value`. */
export interface Argument {
  readonly kind: "argument";
  readonly at: Position;
  readonly name: Identifier | null;
  readonly value: Expression;
}

/**
 * A function call, also for what the dialect writes otherwise: CURRENT_DATE, CURRENT_TIMESTAMP, CURRENT_USER and
 * SESSION_USER without parentheses, SUBSTRING(a FROM b FOR c), POSITION(a IN b), OVERLAY(a PLACING b FROM c FOR d).
 */
export interface Call {
  readonly kind: "call";
  readonly at: Position;
  readonly name: Name;
  readonly distinct: boolean;
  readonly arguments: readonly Argument[];
  /** `WITHIN GROUP (ORDER BY …)`. */
  readonly within: readonly OrderItem[];
  readonly filter: Expression | null;
  readonly nulls: "IGNORE" | "RESPECT" | null;
  readonly over: Window | null;
  /** Put in by planning: what is called outside of the engine, its arguments in the order of its parameters, and cast. */
  readonly outside?: OutsideRoutine;
}

/** What no engine runs: each call is a step of its own, between the engine's. */
export type OutsideRoutine = PythonRoutine | ModelRoutine;

/** A function in Python, as a call of it needs it. Types in Databricks spelling. */
export interface PythonRoutine {
  readonly kind: "python";
  readonly name: string;
  readonly owner: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly returns: string;
  readonly body: string;
  /** In which view's or function's text the call stands, with what that stands in; empty for the statement's own text. */
  readonly text: string;
}

/** A model or an agent, as `ai_query` asks it: with one text for each row. */
export interface ModelRoutine {
  readonly kind: "model";
  /** As it was called: `ai_query`. */
  readonly name: string;
  /** Null for the one set for functions that name none, or the mark of the one set for comparing texts. */
  readonly endpoint: string | null;
  /** The vectors of its two texts are compared, instead of a question asked. */
  readonly compares?: true;
  /** On whose loan the text stands that asks; null for the statement's own. */
  readonly lender: LentBy | null;
  /** Databricks spelling of the type of an answer. */
  readonly answer: string;
  /** Of the call's result: that of an answer, or with `tells_errors` a struct with the answer or the error. */
  readonly returns: string;
  /** A question that fails gives its error in its row, and does not end the statement. */
  readonly tells_errors: boolean;
  /** The answers that may be given; any other is NULL. */
  readonly labels?: readonly string[];
  /** Fields of the request beside the question: `max_tokens`, `response_format`. */
  readonly fields: JsonObject;
}

/** `EXTRACT(field FROM operand)`; `field` upper-case, not yet judged. */
export interface Extract {
  readonly kind: "extract";
  readonly at: Position;
  readonly field: string;
  readonly operand: Expression;
}

/** `TRIM([BOTH | LEADING | TRAILING] [characters] FROM operand)`; plain `trim(a)` is a call. */
export interface Trim {
  readonly kind: "trim";
  readonly at: Position;
  readonly side: "BOTH" | "LEADING" | "TRAILING";
  readonly characters: Expression | null;
  readonly operand: Expression;
}

/** A query in parentheses used as a value. */
export interface ScalarSubquery {
  readonly kind: "scalar_subquery";
  readonly at: Position;
  readonly query: Query;
}

export interface Exists {
  readonly kind: "exists";
  readonly at: Position;
  readonly query: Query;
}

/** `x -> body`, `(x, y) -> body`: only as a call's argument. */
export interface Lambda {
  readonly kind: "lambda";
  readonly at: Position;
  readonly parameters: readonly Identifier[];
  readonly body: Expression;
}

/** `operand[index]`, of an array (from 0) or a map. */
export interface Subscript {
  readonly kind: "subscript";
  readonly at: Position;
  readonly operand: Expression;
  readonly index: Expression;
}

/** `operand.field` where the operand is no plain column reference. */
export interface FieldAccess {
  readonly kind: "field_access";
  readonly at: Position;
  readonly operand: Expression;
  readonly field: Identifier;
}

export interface PathField {
  readonly kind: "path_field";
  readonly at: Position;
  readonly name: string;
  /** Written in brackets or back-ticks: then it is case-sensitive. */
  readonly exact: boolean;
}

export interface PathIndex {
  readonly kind: "path_index";
  readonly at: Position;
  readonly index: number;
}

export interface PathWildcard {
  readonly kind: "path_wildcard";
  readonly at: Position;
}

export type PathStep = PathField | PathIndex | PathWildcard;

/** `operand:a.b[0]['c'][*]`, into JSON text or a VARIANT. At least one step. */
export interface SemiStructuredPath {
  readonly kind: "path";
  readonly at: Position;
  readonly operand: Expression;
  readonly steps: readonly PathStep[];
}

/** `(a, b)`: at least two items. */
export interface Row {
  readonly kind: "row";
  readonly at: Position;
  readonly items: readonly Expression[];
}

export type Expression =
  | Literal
  | ColumnReference
  | NamedParameter
  | Star
  | Unary
  | Binary
  | IsTest
  | IsDistinct
  | Between
  | InList
  | InQuery
  | Like
  | Case
  | Cast
  | Call
  | Extract
  | Trim
  | ScalarSubquery
  | Exists
  | Lambda
  | Subscript
  | FieldAccess
  | SemiStructuredPath
  | Row;
