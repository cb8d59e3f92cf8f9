import { Recent } from "./recent.ts";

interface Bucket {
  readonly left: number;
  readonly at_ms: number;
}

interface Rate {
  readonly per_second: number;
  readonly burst: number;
  /** Keys remembered at a time. */
  readonly keys_max: number;
}

/** Requests by key, each taken from a bucket that fills at a steady rate. Of this process alone. */
export class RequestRate {
  readonly #rate: Rate;
  readonly #buckets: Recent<Bucket>;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#buckets = new Recent(rate.keys_max);
  }

  /** Takes one request. @returns 0, or milliseconds until there is one, when nothing was taken. */
  take(key: string, now_ms: number): number {
    const { per_second, burst } = this.#rate;
    const { left, at_ms } = this.#buckets.get(key) ?? { left: burst, at_ms: now_ms };
    const filled = Math.min(burst, left + (Math.max(0, now_ms - at_ms) * per_second) / 1000);
    if (filled < 1) return Math.ceil(((1 - filled) * 1000) / per_second);
    this.#buckets.set(key, { left: filled - 1, at_ms: now_ms });
    return 0;
  }

  /** Keys remembered now. */
  get size(): number {
    return this.#buckets.size;
  }
}
