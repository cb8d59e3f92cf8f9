import type { FactSource, Facts, What } from "#kernel/mod.ts";
import type { GovernanceVersion } from "./governance-version.ts";

/** Securables whose facts are remembered at once: about 2 KB each with their parents. */
const FACTS_MAX = 20_000;

/**
 * Facts remembered for as long as the governance version stays what it is; those of securables that `isGoverned` denies are
 * loaded each time, their changes being none of governance.
 */
export function rememberFacts(
  source: FactSource,
  governance: GovernanceVersion,
  isGoverned: (what: What) => boolean,
): Required<FactSource> {
  const cache = governance.cache<Facts>(FACTS_MAX);
  const remembered = new WeakSet<Facts>();
  return {
    load: async (whats) => {
      const known = whats.every(isGoverned) ? await cache.open() : undefined;
      if (!known) return source.load(whats);
      const found = whats.map((what) => known.get(keyOf(what)));
      if (found.every((facts) => facts !== undefined)) return found;
      // All anew, not the missing ones alone: facts of one load are of one version.
      const loaded = await source.load(whats);
      if (loaded.some((facts) => facts.version !== known.version)) governance.end();
      for (const facts of loaded) {
        if (!facts.found || facts.version !== known.version) continue;
        const copy = Object.freeze({ ...facts });
        remembered.add(copy);
        known.put(keyOf(facts.what), copy);
      }
      return loaded;
    },
    reread: async (whats, loaded) => (loaded.some((facts) => remembered.has(facts)) ? source.load(whats) : loaded),
  };
}

/** As asked, case included: `facts.what` repeats it. */
const keyOf = (what: What): string => `${what.type} ${what.name}`;
