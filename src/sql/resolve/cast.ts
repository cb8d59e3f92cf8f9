import type { Position } from "../ast/position.ts";
import { commonTypeOf, type DataType, isCastable, isImplicitlyCastable, sameType, spellType } from "../types/mod.ts";
import { mismatch } from "./fault.ts";
import type { Expression } from "./resolved.ts";

/** The expression as `type`, by a cast node of its own unless it has that type; whether it may be is the caller's to know. */
export function castTo(operand: Expression, type: DataType): Expression {
  if (sameType(operand.type, type)) return operand;
  return Object.freeze({ kind: "cast", type, operand, tolerant: false, implicit: true });
}

/** A cast that was written. @throws Fault DATATYPE_MISMATCH when the dialect has no such cast. */
export function castAsWritten(operand: Expression, type: DataType, tolerant: boolean, at: Position): Expression {
  if (!isCastable(operand.type, type)) {
    throw mismatch(at, `A value of type ${spellType(operand.type)} cannot be cast to ${spellType(type)}.`);
  }
  return Object.freeze({ kind: "cast", type, operand, tolerant, implicit: false });
}

/** The expression where `type` is wanted. @throws Fault DATATYPE_MISMATCH when it does not become that by itself. */
export function coerce(operand: Expression, type: DataType, at: Position, what: string): Expression {
  if (!isImplicitlyCastable(operand.type, type)) {
    throw mismatch(at, `${what} must be ${spellType(type)}, not ${spellType(operand.type)}.`);
  }
  return castTo(operand, type);
}

/** All as their least common type. @throws Fault DATATYPE_MISMATCH when they have none. */
export function unify(values: readonly Expression[], at: Position, what: string): readonly Expression[] {
  const common = commonTypeOf(values.map((value) => value.type));
  if (!common) {
    const types = [...new Set(values.map((value) => spellType(value.type)))].join(", ");
    throw mismatch(at, `${what} need one common type, and ${types} have none.`);
  }
  return Object.freeze(values.map((value) => castTo(value, common)));
}
