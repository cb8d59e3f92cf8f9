/**
 * functions: the one table of the functions and operators that a statement may use.
 *
 * Owns: their forms, types, leak-proofness, what the engine is given for them, and the macros of the locked schema.
 * Never: holds anything that reads files, settings, catalogs or other tables, or runs SQL from a text.
 * Depends on: types.
 */
import { kindOf } from "./bind.ts";

export { type BindArgument, type BoundFunction, bindFunction, kindOf } from "./bind.ts";
export { macroStatements } from "./macros.ts";
export type { FunctionKind, FunctionRow } from "./row.ts";

/** True for a function of the library that a call may name, by its lower-case name; operators are none. */
export function isBuiltIn(name: string): boolean {
  const kind = kindOf(name);
  return kind !== undefined && kind !== "operator";
}

/** True for an aggregate of the library, by its lower-case name. */
export function isAggregate(name: string): boolean {
  return kindOf(name) === "aggregate";
}
