import { Fault } from "#wire/errors.ts";
import type { StatementParameter } from "#wire/sql/statement.ts";
import type { Expression } from "../ast/expression.ts";
import { parseTypeText } from "../parse/mod.ts";
import { typedLiteral } from "../plan/typed-literal.ts";

/**
 * Named parameters as typed literals, by lower-case name. Statement Execution API: without a type STRING, without a value NULL;
 * complex types are not taken.
 * @throws Fault INVALID_PARAMETER_VALUE, or BAD_REQUEST when a type's name is none.
 */
export function readParameters(given: readonly StatementParameter[]): ReadonlyMap<string, Expression> {
  const read = new Map<string, Expression>();
  for (const { name, type, value } of given) {
    const key = name.toLowerCase();
    if (read.has(key)) throw new Fault("INVALID_PARAMETER_VALUE", `Parameter '${name}' is given twice.`);
    read.set(key, typedLiteral(name, parseTypeText(type ?? "STRING"), value ?? null));
  }
  return read;
}
