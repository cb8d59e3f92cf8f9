import type { DataType } from "../types/type.ts";

/** `operator` rows are what the dialect writes as operators (`+`, `like`, `is null`, `subscript`); they are called alike. */
export type FunctionKind = "operator" | "scalar" | "aggregate" | "window" | "generator";

/**
 * Why a call can never fail on any row, for the argument forms named. Absent means that it may: then the barrier stays between
 * it and the rows that a policy hides.
 */
export interface LeakProof {
  /** By argument: `column` may be any expression that is itself leak-proof, `constant` must be a literal. */
  readonly arguments: "any" | readonly ("column" | "constant")[];
  /** All arguments must have one and the same type, the engine adding no cast of its own. */
  readonly same_type: boolean;
  /** Its result may be longer than its arguments, so that a subject's chain of it could exhaust memory on a hidden row: only an owner's may not. */
  readonly grows?: true;
  readonly reason: string;
}

/** A rule over the arguments' types after their casts, and the texts of those that are literal texts or whole numbers. */
export type ReturnRule = (types: readonly DataType[], texts: readonly (string | undefined)[]) => DataType;

/** One function for one list of argument types: a name has as many rows as it has forms. */
export interface FunctionRow {
  /** Lower-case. */
  readonly name: string;
  readonly kind: FunctionKind;
  /** Patterns of the arguments' types (see pattern.ts); read by `bindFunction`. */
  readonly parameters: readonly string[];
  /** The result's type: a pattern or a rule. */
  readonly returns: string | ReturnRule;
  /**
   * What the engine is given. `{0}`, `{1}` stand for arguments, `{*}` for all and `{1*}` for all from the second, with commas
   * between; `{*:sep}` for all with `sep` between; `{type}` for the result's type in the engine's spelling.
   */
  readonly print: string;
  readonly leak_proof?: LeakProof;
  /**
   * It may fail, but the engine knows that, and so evaluates it on the rows that a barrier has let pass and on no other, not on whole
   * dictionaries either: why it is held to. Absent means that a barrier is not enough.
   */
  readonly stays_behind?: string;
  /**
   * What the engine's lambda is given, where that differs from the dialect's: `indexed` an item and its place, counted from 1 there;
   * `zipped` one pair of items; `entry` one key with its value.
   */
  readonly lambda?: "indexed" | "zipped" | "entry";
  /** Its value to look at comes from WITHIN GROUP (ORDER BY …), and is the template's first argument. */
  readonly ordered_set?: true;
  /** Its value is the statement's, not a row's: the planner puts a literal in its place, and it is never printed. */
  readonly fold?: true;
  /** Gives another value at each call. */
  readonly volatile?: true;
}
