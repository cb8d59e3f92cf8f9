import { type FunctionDefinition, type Permit, schema } from "#kernel/mod.ts";
import type { CreateFunction } from "../ast/routine.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { Access } from "../plan/access.ts";
import { faultAt, objectName, splitName } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { describeDefaults, describeRoutine } from "../plan/routine.ts";
import { DONE, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { castable, typeText } from "../plan/types.ts";
import { compilePolicy, isPolicyDeclared } from "../policies/policy.ts";
import { refuseForeignType } from "../python/types.ts";
import { unlessExists } from "./existence.ts";

/**
 * CREATE [OR REPLACE] FUNCTION: its body is planned as the creator, over its own parameters; RETURNS may be left to the body. Of one in
 * Python the defaults are; its body is first read where it is called.
 */
export async function createFunction(
  ports: SqlPorts,
  session: Session,
  statement: CreateFunction,
): Promise<StatementResult> {
  const name = objectName(statement.name, session.current);
  const { parent, last } = splitName(name);
  refuseDuplicateParameters(statement);
  const permit = await ports.gate.enter(session.who, "function.create", schema(parent), session.doorway);
  if (isPolicyDeclared(statement)) return under(permit, () => createPolicy(ports, session, permit, statement, last));
  return under(permit, async () => {
    const parameters = statement.parameters.map((parameter) => ({
      name: parameter.name.text,
      type: typeText(parameter.type),
      ...(parameter.comment !== null && { comment: parameter.comment }),
      ...(parameter.default !== null && { default: parameter.default.text }),
    }));
    const draft = { name, owner: session.who.subject.name, parameters, body: statement.body.text } as const;
    const current = [session.current.catalog, session.current.schema] as const;
    const isPython = statement.body.kind === "python_source";
    const returns = isPython
      ? await pythonReturnsOf(ports, session, statement, parameters)
      : await returnsOf(ports, session, statement, { ...draft, current });
    await unlessExists("FUNCTION_ALREADY_EXISTS", statement.if_not_exists, () =>
      ports.metastore.createFunction(permit, {
        name: last,
        parameters,
        returns,
        body: statement.body.text,
        ...(isPython && { language: "PYTHON" }),
        current,
        replace: statement.replace,
        ...(statement.comment !== null && { comment: statement.comment }),
      }),
    );
    return DONE;
  });
}

/** A service policy is read as it will run; no engine knows its types, so nothing else may call it. */
async function createPolicy(
  ports: SqlPorts,
  session: Session,
  permit: Permit<"function.create">,
  statement: CreateFunction,
  name: string,
): Promise<StatementResult> {
  const [parameter] = statement.parameters;
  const made = {
    parameters: [{ name: parameter!.name.text, type: "VARIANT" }],
    returns: { kind: "scalar", type: "VARIANT" },
    body: statement.body.text,
    current: [session.current.catalog, session.current.schema],
    ...(statement.comment !== null && { comment: statement.comment }),
  } as const;
  compilePolicy({ id: "", name, owner: session.who.subject.name, ...made });
  await unlessExists("FUNCTION_ALREADY_EXISTS", statement.if_not_exists, () =>
    ports.metastore.createFunction(permit, { name, ...made, replace: statement.replace }),
  );
  return DONE;
}

async function returnsOf(
  ports: SqlPorts,
  session: Session,
  statement: CreateFunction,
  draft: Pick<FunctionDefinition, "name" | "owner" | "parameters" | "body" | "current">,
): Promise<FunctionDefinition["returns"]> {
  const { returns, body } = statement;
  const isTable = returns?.kind === "table_result" || (returns === null && body.kind === "query_source");
  const access = new Access(ports, session);
  const found = await access.closing(
    () => describeRoutine(ports, session, access, draft, isTable ? "table" : "scalar"),
    () => 0,
  );
  if (found.kind === "scalar") {
    const type = returns?.kind === "scalar_result" ? typeText(returns.type) : found.type;
    if (type === "VOID") throw unsupportedFault(statement.at, "A function of type VOID", "Give RETURNS.");
    if (!castable(found.type, type)) throw mismatch(statement, found.type, type);
    return { kind: "scalar", type };
  }
  const declared = returns?.kind === "table_result" ? returns.columns : [];
  if (declared.length === 0) return found;
  if (declared.length !== found.columns.length)
    throw faultAt(
      statement.at,
      `RETURNS TABLE names ${declared.length} columns and the body has ${found.columns.length}`,
      "USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH",
      "42601",
    );
  return {
    kind: "table",
    columns: declared.map((column, i) => {
      const type = typeText(column.type);
      if (!castable(found.columns[i]!.type, type)) throw mismatch(statement, found.columns[i]!.type, type);
      return {
        name: column.name.text,
        type,
        nullable: true,
        ...(column.comment !== null && { comment: column.comment }),
      };
    }),
  };
}

async function pythonReturnsOf(
  ports: SqlPorts,
  session: Session,
  { parameters: declared, returns }: CreateFunction,
  parameters: FunctionDefinition["parameters"],
): Promise<FunctionDefinition["returns"]> {
  if (returns?.kind !== "scalar_result") throw new TypeError("a Python function without a type");
  for (const { type } of [...declared, returns]) refuseForeignType(type);
  refusePythonNames(declared);
  const access = new Access(ports, session);
  await access.closing(
    () => describeDefaults(ports, session, access, parameters),
    () => 0,
  );
  return { kind: "scalar", type: typeText(returns.type) };
}

const PYTHON_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Parameters are Python's own names in the body; `caller.py` refuses its keywords. */
function refusePythonNames(parameters: CreateFunction["parameters"]): void {
  const odd = parameters.find(({ name }) => !PYTHON_NAME.test(name.text));
  if (odd) throw unsupportedFault(odd.name.at, `The name \`${odd.name.text}\` of a Python function's parameter`);
}

function mismatch(statement: CreateFunction, found: string, declared: string): Error {
  return faultAt(statement.at, `The body gives ${found}, and ${declared} is declared`, "DATATYPE_MISMATCH", "42K09");
}

function refuseDuplicateParameters(statement: CreateFunction): void {
  const keys = statement.parameters.map((parameter) => parameter.name.text.toLowerCase());
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice === undefined) return;
  throw faultAt(statement.at, `Parameter \`${twice}\` is there twice`, "DUPLICATE_ROUTINE_PARAMETER_NAMES", "42734");
}
