import { type Action, fn, type Permit, spoken, type Transaction, type What } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { securables } from "#wire/securables.ts";
import { mayAlso } from "./changing.ts";
import { stored } from "./facts.ts";
import type { CatalogPorts } from "./ports.ts";
import type { RoutineRow } from "./store/routines.ts";

/** A function that a policy is to rest on. */
interface PolicyFunction {
  readonly what: What;
  readonly id: string;
  readonly routine: RoutineRow | undefined;
}

/**
 * The function of that name, which whoever holds the permit may use in a policy.
 * @throws Fault when it is missing or not theirs to execute, in the same words; and when it is in Python, which a policy cannot be:
 *   it would be handed the rows that it is to hide.
 */
export async function policyFunction(
  ports: CatalogPorts,
  permit: Permit<Action>,
  transaction: Transaction,
  name: string,
): Promise<PolicyFunction> {
  const what = stored(fn(name));
  const found = await ports.stores.securables.find(what, transaction);
  if (!found || !(await mayAlso(ports, permit, "function.execute", what, transaction)))
    throw new Fault(
      securables.FUNCTION.missing,
      `${spoken(what)} does not exist, or you may not execute it. A policy needs EXECUTE on its function.`,
    );
  const [routine] = await ports.stores.routines.several([found.id], transaction);
  if (routine?.language === "PYTHON")
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `${spoken(what)} is a Python function, and a row filter or mask is a SQL function: code in another process would be handed what it is to hide. Write it in SQL.`,
    );
  return { what, id: found.id, routine };
}
