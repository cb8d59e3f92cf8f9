import type { Facts } from "../facts.ts";
import type { What } from "../what.ts";

/** Loads what decisions rest on. Implemented by the owners of securables; boot dispatches on the securable's type. */
export interface FactSource {
  /** Facts of each `what`, in order, all at one governance version. A missing securable is `found: false` with its existing parents. */
  load(whats: readonly What[]): Promise<readonly Facts[]>;
}

/** Groups of a principal. Implemented by identity. */
export interface GroupSource {
  /** Names under which grants reach the owner `name` (a user, service principal or group): itself and all groups above it. */
  namesFor(name: string): Promise<ReadonlySet<string>>;
}
