import { type ErrorCode, Fault } from "#wire/errors.ts";

/** Runs `make`; with IF NOT EXISTS, the fault that the thing exists already is no fault. @returns whether it was made. */
export async function unlessExists(code: ErrorCode, tolerant: boolean, make: () => Promise<unknown>): Promise<boolean> {
  try {
    await make();
    return true;
  } catch (thrown) {
    if (tolerant && thrown instanceof Fault && thrown.code === code) return false;
    throw thrown;
  }
}

/** Runs `work`; with IF EXISTS, the not-found fault (missing or hidden alike) is no fault. */
export async function ifExists<T>(code: ErrorCode, tolerant: boolean, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (tolerant && thrown instanceof Fault && thrown.code === code) return undefined;
    throw thrown;
  }
}
