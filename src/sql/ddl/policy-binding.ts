import {
  type ColumnDefinition,
  type FunctionDefinition,
  fn,
  type PolicyArgument,
  type PolicyBinding,
} from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import { securables } from "#wire/securables.ts";
import type { Literal } from "../ast/literal.ts";
import { type Name, nameKey } from "../ast/name.ts";
import type { PolicyCall, PolicyColumn, PolicyLiteral } from "../ast/policy.ts";
import type { Position } from "../ast/position.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { faultAt, objectName } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { comesOutside } from "../plan/routine.ts";
import type { Session } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { castable, literalType } from "../plan/types.ts";

/**
 * A row filter as the metastore keeps it, checked: the caller may execute the function, it gives BOOLEAN, its arguments are
 * columns of the table or literals, and fit. Conditions: Databricks docs, ROW_COLUMN_ACCESS.
 */
export async function bindRowFilter(
  ports: SqlPorts,
  session: Session,
  call: PolicyCall,
  columns: readonly ColumnDefinition[],
): Promise<PolicyBinding> {
  const routine = await executable(ports, session, call);
  const bound = call.arguments.map((argument) => bindArgument(argument, columns));
  if (routine.returns.kind !== "scalar" || routine.returns.type !== "BOOLEAN")
    throw faultAt(
      call.at,
      `A row filter gives BOOLEAN, and '${routine.name}' does not`,
      "DATATYPE_MISMATCH.ROW_FILTER",
      "42K09",
    );
  checkParameters(
    call,
    routine,
    bound.map((one) => one.type),
  );
  return { function: routine.name, arguments: bound.map((one) => one.argument) };
}

/** A column mask, checked likewise: its first argument is the column, its type castable to the column's. */
export async function bindMask(
  ports: SqlPorts,
  session: Session,
  call: PolicyCall,
  columns: readonly ColumnDefinition[],
  columnKey: string,
): Promise<PolicyBinding> {
  const routine = await executable(ports, session, call);
  const masked = columns.find((column) => column.name.toLowerCase() === columnKey);
  if (!masked) throw faultAt(call.at, `There is no column \`${columnKey}\` to mask`, "UNRESOLVED_COLUMN", "42703");
  for (const argument of call.arguments)
    if (argument.kind === "policy_column" && nameKey(argument.name) === columnKey)
      throw faultAt(
        argument.at,
        "The masked column is the first argument already",
        "COLUMN_MASKS_USING_COLUMN_NAME_SAME_AS_TARGET_COLUMN",
        "42K0E",
      );
  const bound = call.arguments.map((argument) => bindArgument(argument, columns));
  if (routine.returns.kind !== "scalar" || !castable(routine.returns.type, masked.type))
    throw faultAt(
      call.at,
      `'${routine.name}' does not give a value for a column of type ${masked.type}`,
      "DATATYPE_MISMATCH.COLUMN_MASK",
      "42K09",
    );
  checkParameters(call, routine, [masked.type, ...bound.map((one) => one.type)]);
  return { function: routine.name, arguments: bound.map((one) => one.argument) };
}

async function executable(ports: SqlPorts, session: Session, call: PolicyCall): Promise<FunctionDefinition> {
  const name = objectName(call.function, session.current);
  const permit = await ports.gate.enter(session.who, "function.execute", fn(name), session.doorway);
  const routine = await under(permit, () => ports.metastore.routine(permit));
  await refuseOutside(ports, session, routine, call.at);
  return routine;
}

/** @throws Fault for a function that comes to a Python function or a model: reads under such a policy are refused, so it is not set. */
async function refuseOutside(
  ports: SqlPorts,
  session: Session,
  routine: FunctionDefinition,
  at: Position,
): Promise<void> {
  if (!(await comesOutside(ports, session, routine))) return;
  const isPython = routine.language === "PYTHON";
  throw unsupportedFault(
    at,
    isPython
      ? `The Python function '${routine.name}' as a row filter or mask`
      : `The function '${routine.name}', which calls a Python function or asks a model, as a row filter or mask`,
    isPython
      ? "Its code would be handed what it is to hide: write it in SQL."
      : "These would be handed what it is to hide: write it in SQL throughout.",
  );
}

/**
 * The function of a policy by tags, checked as that of a table's own policy is. Whether it may be executed at all is said where the policy is
 * kept, in the same words for what is hidden and what is missing.
 */
export async function refuseOutsideNamed(ports: SqlPorts, session: Session, named: Name): Promise<void> {
  const name = objectName(named, session.current);
  try {
    const permit = await ports.gate.enter(session.who, "function.execute", fn(name), session.doorway);
    const routine = await under(permit, () => ports.metastore.routine(permit));
    if (routine.language !== "PYTHON") await refuseOutside(ports, session, routine, named.at);
  } catch (thrown) {
    const { code } = faultOf(thrown);
    if (code !== "PERMISSION_DENIED" && code !== securables.FUNCTION.missing) throw thrown;
  }
}

interface BoundArgument {
  readonly argument: PolicyArgument;
  readonly type: string;
}

function bindArgument(given: PolicyColumn | PolicyLiteral, columns: readonly ColumnDefinition[]): BoundArgument {
  if (given.kind === "policy_literal")
    return { argument: { kind: "literal", value: plainValue(given.value) }, type: literalType(given.value) };
  const column = columns.find((one) => one.name.toLowerCase() === nameKey(given.name));
  if (!column) throw faultAt(given.at, `The table has no column \`${given.name.text}\``, "UNRESOLVED_COLUMN", "42703");
  return { argument: { kind: "column", column: column.name }, type: column.type };
}

/** A literal as policies keep it. @throws Fault UNSUPPORTED_FEATURE for one of another type. */
export function plainValue(literal: Literal): string | number | boolean | null {
  switch (literal.kind) {
    case "string_literal":
    case "boolean_literal":
    case "double_literal":
      return literal.value;
    case "null_literal":
      return null;
    case "integer_literal": {
      const value = Number(literal.value);
      if (!Number.isSafeInteger(value)) throw unsupportedFault(literal.at, "A policy's number beyond 2^53");
      return value;
    }
    case "decimal_literal":
      return literal.digits;
    default:
      throw unsupportedFault(literal.at, "A policy's literal of this type");
  }
}

function checkParameters(call: PolicyCall, routine: FunctionDefinition, types: readonly string[]): void {
  const required = routine.parameters.filter((parameter) => parameter.default === undefined).length;
  if (types.length < required || types.length > routine.parameters.length)
    throw faultAt(
      call.at,
      `'${routine.name}' takes ${routine.parameters.length} arguments, and ${types.length} are given`,
      "ROW_COLUMN_ACCESS.WRONG_NUMBER_OF_COLUMNS",
      "42K0E",
    );
  for (const [i, type] of types.entries()) {
    const parameter = routine.parameters[i]!;
    if (!castable(type, parameter.type))
      throw faultAt(
        call.at,
        `Argument ${i + 1} is ${type}, and '${parameter.name}' is ${parameter.type}`,
        "DATATYPE_MISMATCH",
        "42K09",
      );
  }
}
