import type { Position } from "../ast/position.ts";
import { type BindArgument, type BoundFunction, bindFunction, kindOf } from "../functions/mod.ts";
import { spellType } from "../types/mod.ts";
import { castTo } from "./cast.ts";
import { mismatch, unresolvedRoutine } from "./fault.ts";
import { isConstant } from "./node.ts";
import type { Expression } from "./resolved.ts";

export const valueArgument = (value: Expression): BindArgument => ({
  kind: "value",
  type: value.type,
  constant: isConstant(value),
  ...(value.kind === "literal" && typeof value.value === "string" && { text: value.value }),
  ...(value.kind === "literal" && typeof value.value === "bigint" && { text: String(value.value) }),
});

/** The form of a function that takes these arguments. @throws Fault UNRESOLVED_ROUTINE or DATATYPE_MISMATCH. */
export function bindForm(name: string, given: readonly BindArgument[], at: Position): BoundFunction {
  const form = bindFunction(name, given);
  if (form) return form;
  if (!kindOf(name)) throw unresolvedRoutine(at, name);
  const types = given.map((one) => (one.kind === "value" ? spellType(one.type) : "a lambda")).join(", ");
  throw mismatch(at, `\`${name}\` takes no arguments of these types and number: (${types}).`);
}

/** A call of an operator or scalar function on values, each cast to what the form wants. */
export function bindCall(name: string, values: readonly Expression[], at: Position): Expression {
  const form = bindForm(name, values.map(valueArgument), at);
  return Object.freeze({
    kind: "call",
    type: form.type,
    function: form.row,
    arguments: Object.freeze(values.map((value, i) => castTo(value, form.types[i] ?? value.type))),
  });
}
