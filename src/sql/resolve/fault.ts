import { Fault } from "#wire/errors.ts";
import type { Position } from "../ast/position.ts";

function faultOf(at: Position, condition: string, sqlstate: string, message: string): Fault {
  return new Fault("BAD_REQUEST", `[${condition}] ${message} (line ${at.line}, column ${at.column})`, {
    reason: condition,
    sqlstate,
    position: { line: at.line, column: at.column },
  });
}

/** A name as a person writes it; only what the caller wrote is ever given. */
const shown = (parts: readonly string[]): string => parts.map((part) => `\`${part}\``).join(".");

/** No column, parameter or alias in scope has the name. 42703. Says nothing of names that would fit. */
export function unresolvedColumn(at: Position, parts: readonly string[]): Fault {
  return faultOf(at, "UNRESOLVED_COLUMN", "42703", `A column or parameter named ${shown(parts)} cannot be resolved.`);
}

/** Several columns in scope have the name. 42702. */
export function ambiguousReference(at: Position, parts: readonly string[]): Fault {
  return faultOf(at, "AMBIGUOUS_REFERENCE", "42702", `${shown(parts)} is ambiguous: put its table's name before it.`);
}

/** The struct has no field of the name. 42703. */
export function unresolvedField(at: Position, field: string): Fault {
  return faultOf(at, "FIELD_NOT_FOUND", "42703", `There is no struct field \`${field}\` here.`);
}

/** Types that do not go together. 42K09. */
export function mismatch(at: Position, message: string): Fault {
  return faultOf(at, "DATATYPE_MISMATCH", "42K09", message);
}

/** A name that is no function of the library. 42883. */
export function unresolvedRoutine(at: Position, name: string): Fault {
  return faultOf(at, "UNRESOLVED_ROUTINE", "42883", `There is no function \`${name}\`.`);
}

/** A relation that the text may not name. 42P01. */
export function unresolvedRelation(at: Position, name: string): Fault {
  return faultOf(at, "TABLE_OR_VIEW_NOT_FOUND", "42P01", `There is no table or view \`${name}\` here.`);
}

/** A rule of the dialect about where something may stand, with the condition that Databricks names it by. */
export function misplaced(at: Position, condition: string, sqlstate: string, message: string): Fault {
  return faultOf(at, condition, sqlstate, message);
}
