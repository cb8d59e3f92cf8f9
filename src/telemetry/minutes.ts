import type { ModelUsage } from "#kernel/mod.ts";
import { SERIES_MAX } from "./limits.ts";

/** Upper bounds in milliseconds; the least and the largest are Databricks'. */
export const LATENCY_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 600_000];

const MINUTE_MS = 60_000;

/** What an endpoint did in one minute of the clock. */
export interface Minute {
  /** Minutes since the Unix epoch. */
  readonly at: number;
  requests: number;
  refused: number;
  failed: number;
  latency_ms: number;
  /** One more than there are bounds. */
  readonly buckets: number[];
}

/** What each endpoint did in the minute that runs and in the one before, which is the last whole one. */
export class Minutes {
  readonly #of = new Map<string, readonly [now: Minute, before: Minute | undefined]>();

  /** A request to an endpoint was answered. */
  record(
    endpoint: string,
    { status_code }: Pick<ModelUsage, "status_code">,
    duration_ms: number,
    now_ms: number,
  ): void {
    const minute = this.#now(endpoint, Math.floor(now_ms / MINUTE_MS));
    minute.requests += 1;
    if (status_code >= 500) minute.failed += 1;
    else if (status_code >= 400) minute.refused += 1;
    minute.latency_ms += duration_ms;
    let bucket = 0;
    while (bucket < LATENCY_MS.length && duration_ms > LATENCY_MS[bucket]!) bucket += 1;
    minute.buckets[bucket]! += 1;
  }

  /** The last whole minute, in which an endpoint may have done nothing. */
  last(endpoint: string, now_ms: number): Minute {
    const at = Math.floor(now_ms / MINUTE_MS) - 1;
    return this.#of.get(endpoint)?.find((one) => one?.at === at) ?? fresh(at);
  }

  #now(endpoint: string, at: number): Minute {
    const known = this.#of.get(endpoint);
    if (known && known[0].at === at) return known[0];
    // Endpoints that are no more leave with the minutes that nobody asks for any more.
    if (this.#of.size >= SERIES_MAX) for (const [name, [now]] of this.#of) if (now.at < at - 1) this.#of.delete(name);
    const made = fresh(at);
    this.#of.set(endpoint, [made, known?.[0]]);
    return made;
  }
}

const fresh = (at: number): Minute => ({
  ...{ at, requests: 0, refused: 0, failed: 0, latency_ms: 0 },
  buckets: new Array<number>(LATENCY_MS.length + 1).fill(0),
});
