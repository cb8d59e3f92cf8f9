import type { Facts } from "../facts.ts";
import type { What } from "../what.ts";

/** Loads what decisions rest on. Implemented by the owners of securables; boot dispatches on the securable's type. */
export interface FactSource {
  /** Facts of each `what`, in order, all at one governance version. A missing securable is `found: false` with its existing parents. */
  load(whats: readonly What[]): Promise<readonly Facts[]>;
  /**
   * `loaded`, which `load` gave for these `whats`, as they are when it read them; read anew when it remembered any. A refusal
   * rests on what this gives, so that hidden and missing take alike long. Absent when nothing is remembered.
   */
  reread?(whats: readonly What[], loaded: readonly Facts[]): Promise<readonly Facts[]>;
}

/** Groups of a principal. Implemented by identity. */
export interface GroupSource {
  /** Names under which grants reach the owner `name` (a user, service principal or group): itself and all groups above it. */
  namesFor(name: string): Promise<ReadonlySet<string>>;
}
