import { type Counters, fullSets, isOpen, type Take } from "./counters.ts";

/** Counts are looked through for old ones whenever so many more are there: about two megabytes. */
const SWEEP_AT = 10_000;

interface Kept {
  readonly period_start_ms: number;
  readonly period_end_ms: number;
  requests: number;
  tokens: number;
}

/** Counts in this process: exact as long as it is alone on its database. */
export function memoryCounters(): Counters {
  const kept = new Map<string, Kept>();
  let sweep_at = SWEEP_AT;
  const current = ({ key, period_start_ms, period_ms }: Take): Kept => {
    const found = kept.get(key);
    if (found?.period_start_ms === period_start_ms) return found;
    const fresh = { period_start_ms, period_end_ms: period_start_ms + period_ms, requests: 0, tokens: 0 };
    kept.set(key, fresh);
    return fresh;
  };
  const sweep = (now_ms: number): void => {
    for (const [key, { period_end_ms }] of kept) if (period_end_ms <= now_ms) kept.delete(key);
    sweep_at = kept.size + SWEEP_AT;
  };
  return {
    // Nothing here waits, so nobody comes between looking and taking.
    take: async (takes) => {
      if (kept.size >= sweep_at) sweep(Math.max(...takes.map((one) => one.period_start_ms)));
      const counts = takes.map(current);
      const before = counts.map(({ requests, tokens }) => ({ requests, tokens }));
      const full = fullSets(takes, counts);
      if (!isOpen(takes, full)) return { isTaken: false, before };
      for (let i = 0; i < takes.length; i += 1) {
        const take = takes[i]!;
        if (full.has(take.set)) continue;
        const count = counts[i]!;
        count.requests += 1;
        count.tokens += take.tokens;
      }
      return { isTaken: true, before };
    },
    correct: async (takes, changes) => {
      for (let i = 0; i < takes.length; i += 1) {
        const { key, period_start_ms } = takes[i]!;
        const count = kept.get(key);
        if (count?.period_start_ms === period_start_ms) count.tokens += changes[i]!;
      }
    },
  };
}
