import { setTimeout as sleep } from "node:timers/promises";
import { isBefore, type Position } from "./position.ts";

interface Waiting {
  readonly until: Position;
  readonly resolve: () => void;
}

/** Who waits for what lies before a place in the journal to arrive where it is shipped to. */
export class Arrivals {
  #waiting: Waiting[] = [];

  get isAwaited(): boolean {
    return this.#waiting.length > 0;
  }

  /** All before `shipped` has arrived. */
  arrived(shipped: Position): void {
    for (const each of this.#waiting) if (!isBefore(shipped, each.until)) each.resolve();
  }

  /** Waits, with `hurry` called once this counts among the waiting. @returns false when it took longer than `wait_ms`. */
  async before(until: Position, wait_ms: number, hurry: () => void): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting: Waiting = { until, resolve };
    this.#waiting.push(waiting);
    hurry();
    const timer = new AbortController();
    const late = sleep(wait_ms, "late" as const, { signal: timer.signal }).catch(() => undefined);
    const first = await Promise.race([promise, late]);
    timer.abort();
    this.#waiting = this.#waiting.filter((each) => each !== waiting);
    return first !== "late";
  }
}
