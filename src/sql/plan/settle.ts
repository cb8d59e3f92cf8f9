import type { Action, Permit } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";

/** Runs `work` under a permit and closes its record: as ok with the rows told, or as the error thrown. */
export async function under<A extends Action, T>(
  permit: Permit<A>,
  work: (permit: Permit<A>) => Promise<T>,
  rowsOf: (made: T) => number | undefined = () => undefined,
): Promise<T> {
  try {
    const made = await work(permit);
    const rows = rowsOf(made);
    await permit.settle({ status: "ok", ...(rows !== undefined && { rows }) });
    return made;
  } catch (thrown) {
    await permit.settle({ status: "error", error_code: faultOf(thrown).code });
    throw thrown;
  }
}

/** Closes the records of several permits alike. */
export async function settleAll(
  permits: readonly Permit<Action>[],
  outcome: Parameters<Permit<Action>["settle"]>[0],
): Promise<void> {
  await Promise.all(permits.map((permit) => permit.settle(outcome)));
}
