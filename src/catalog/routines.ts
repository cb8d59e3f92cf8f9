import {
  assertPermit,
  type FunctionDefinition,
  fn,
  type Metastore,
  type Permit,
  type Transaction,
  type What,
} from "#kernel/mod.ts";
import { changeUnder, insertChild, mayAlso, ownerAfterReplace, refuseSystem, stamp } from "./changing.ts";
import { stored } from "./facts.ts";
import { alreadyExists, missing } from "./faults.ts";
import { assertColumns, assertComment, namePart } from "./names.ts";
import { assertPermitOf } from "./permits.ts";
import type { CatalogPorts } from "./ports.ts";
import type { RoutineRow } from "./store/routines.ts";
import type { SecurableRow } from "./store/securables.ts";

type FunctionInput = Parameters<Metastore["createFunction"]>[1];

/** Functions. */
export function routines(ports: CatalogPorts): Pick<Metastore, "routine" | "policyRoutine" | "createFunction"> {
  const read = async (what: What): Promise<FunctionDefinition> => {
    const defined = await ports.stores.definitions.routine(stored(what));
    if (!defined) throw missing(what);
    return functionOf(defined.found, defined.made_of);
  };
  return {
    routine: async (permit) => {
      assertPermitOf(permit, ["function.execute", "function.explain", "function.read_metadata"]);
      return read(permit.what);
    },

    policyRoutine: async (permit, functionName) => {
      assertPermitOf(permit, ["table.read_data", "table.explain"]);
      if (!permit.obligations.some((one) => one.function === functionName))
        throw new TypeError(`'${functionName}' is no obligation of this permit.`);
      return read(fn(functionName));
    },

    createFunction: async (permit, input) => {
      assertPermit(permit, "function.create");
      assertComment(input.comment);
      assertColumns(input.parameters);
      if (input.returns.kind === "table") assertColumns(input.returns.columns);
      refuseSystem(permit.what);
      const name = namePart("function", input.name);
      const { parameters, returns, body, language = "SQL", current, comment } = input;
      await changeUnder(ports, permit, async (transaction) => {
        const id =
          (input.replace ? await replaced(ports, transaction, permit, { ...input, name }) : undefined) ??
          (await insertChild(ports, transaction, permit, { type: "FUNCTION", name, comment }));
        const [current_catalog, current_schema] = current;
        await ports.stores.routines.write(transaction, {
          id,
          parameters,
          returns,
          body,
          language,
          current_catalog,
          current_schema,
        });
      });
    },
  };
}

/** Readies the function of this name for its new body; grants on it and policies that rest on it stay. Undefined when there is none. */
async function replaced(
  ports: CatalogPorts,
  transaction: Transaction,
  permit: Permit<"function.create">,
  input: FunctionInput,
): Promise<string | undefined> {
  const what = fn(`${stored(permit.what).name}.${input.name}`);
  const old = await ports.stores.securables.find(what, transaction);
  if (!old) return undefined;
  if (!(await mayAlso(ports, permit, "function.update", what, transaction))) throw alreadyExists(what);
  await ports.stores.securables.update(transaction, old.id, {
    owner: ownerAfterReplace(permit, old.owner),
    comment: input.comment ?? null,
    ...stamp(ports, permit),
  });
  return old.id;
}

/** A function as the kernel's port tells it. */
export function functionOf(found: SecurableRow, routine: RoutineRow): FunctionDefinition {
  const { id, full_name: name, owner, comment } = found;
  const { parameters, returns, body, language, current_catalog, current_schema } = routine;
  return {
    id,
    name,
    owner,
    parameters,
    returns,
    body,
    current: [current_catalog, current_schema],
    ...(language === "PYTHON" && { language }),
    ...(comment !== null && { comment }),
  };
}
