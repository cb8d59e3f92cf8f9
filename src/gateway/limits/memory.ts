import { type Count, type Counters, hasRoom, type Take } from "./counters.ts";

/** Counts that are looked through for old ones whenever so many more are there. */
const SWEEP_AT = 10_000;

interface Kept {
  period_start_ms: number;
  period_ms: number;
  requests: number;
  tokens: number;
}

/** Counts in this process: exact as long as it is alone on its database. */
export function memoryCounters(): Counters {
  const kept = new Map<string, Kept>();
  let sweep_at = SWEEP_AT;
  const current = (take: Take): Kept => {
    const { key, period_start_ms, period_ms } = take;
    const found = kept.get(key);
    if (found && found.period_start_ms >= period_start_ms) return found;
    const fresh = { period_start_ms, period_ms, requests: 0, tokens: 0 };
    kept.set(key, fresh);
    return fresh;
  };
  const sweep = (now_ms: number): void => {
    for (const [key, one] of kept) if (one.period_start_ms + one.period_ms <= now_ms) kept.delete(key);
    sweep_at = kept.size + SWEEP_AT;
  };
  return {
    // Nothing here waits, so nobody comes between looking and taking.
    take: async (takes) => {
      if (kept.size >= sweep_at) sweep(Math.max(...takes.map((one) => one.period_start_ms)));
      const full = takes.filter((take) => !hasRoom(current(take), take));
      if (full.length > 0) return { full };
      const counts = takes.map((take): Count => {
        const count = current(take);
        count.requests += 1;
        count.tokens += take.tokens;
        return { requests: count.requests, tokens: count.tokens };
      });
      return { counts };
    },
    correct: async (takes, tokens) => {
      for (const [index, { key, period_start_ms }] of takes.entries()) {
        const count = kept.get(key);
        if (count?.period_start_ms === period_start_ms) count.tokens += tokens[index]!;
      }
    },
  };
}
