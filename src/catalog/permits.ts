import { type Action, isPermit, type Permit } from "#kernel/mod.ts";

/** @throws TypeError when `permit` is not the gate's, or not for one of these actions. */
export function assertPermitOf<A extends Action>(permit: Permit<A>, wanted: readonly Action[]): void {
  if (!wanted.some((action) => isPermit(permit, action)))
    throw new TypeError(`This needs a permit for ${wanted.join(" or ")}, given by the gate.`);
}
