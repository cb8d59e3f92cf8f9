import type { FactSource } from "#kernel/mod.ts";
import type { StatementRegistry } from "./registry.ts";

/**
 * Facts of statements: each is owned by whoever ran it, and by nobody above, so that not even an administrator reads
 * another's result; and made by the actor that ran it, so that no other actor of the same subject does. `version` gives the governance version.
 */
export function statementFacts(registry: StatementRegistry, version: () => Promise<number>): FactSource {
  return {
    load: async (whats) => {
      const now = await version();
      return whats.map((what) => {
        const entry = registry.find(what.name);
        const by = entry?.actor && { made_by: entry.actor };
        const chain = entry ? [{ what, owner: entry.owner, grants: [], ...by }] : [];
        return { what, found: entry !== undefined, chain, policies: [], version: now };
      });
    },
  };
}
