import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";
import { Arrivals } from "./arrivals.ts";
import type { Journal } from "./journal.ts";
import { SHIPMENT_PAUSE_MS, SHIPMENT_RETRY_FIRST_MS, SHIPMENT_RETRY_MS_MAX, SHIPPED_WAIT_MS_MAX } from "./limits.ts";
import { isBefore, type Position } from "./position.ts";
import type { AuditStore } from "./store.ts";

/** Carries the journal into Postgres, in order, as fast as Postgres takes it; waits while it is away. */
export class Shipper {
  readonly #journal: Journal;
  readonly #store: AuditStore;
  readonly #name: string;
  readonly #log: Log;
  #shipped: Position;
  readonly #arrivals = new Arrivals();
  #running: Promise<void> | undefined;
  #hurry = new AbortController();
  readonly #stopping = new AbortController();

  constructor(parts: { journal: Journal; store: AuditStore; name: string; shipped: Position; log: Log }) {
    this.#journal = parts.journal;
    this.#store = parts.store;
    this.#name = parts.name;
    this.#shipped = parts.shipped;
    this.#log = parts.log;
  }

  /** There is something to ship. */
  wake(): void {
    if (!this.#stopping.signal.aborted) this.#running ??= this.#run();
  }

  /**
   * Resolves when all that is on disk now is in Postgres.
   * @throws Fault TEMPORARILY_UNAVAILABLE when that takes longer than `wait_ms`.
   */
  async shipped(wait_ms: number = SHIPPED_WAIT_MS_MAX): Promise<void> {
    const until = this.#journal.durable;
    if (!isBefore(this.#shipped, until)) return;
    const isThere = await this.#arrivals.before(until, wait_ms, () => {
      this.#hurry.abort();
      this.wake();
    });
    if (!isThere)
      throw new Fault(
        "TEMPORARILY_UNAVAILABLE",
        "The audit journal has not reached the database yet. Nothing of it is lost. Try again in a few seconds.",
      );
  }

  /** Ships what there is, for at most `wait_ms`, and ends. What is left is shipped at the next start. */
  async stop(wait_ms: number): Promise<void> {
    await this.shipped(wait_ms).catch((error: unknown) =>
      this.#log.warn({ reason: String(error) }, "Closing with journal records still to be shipped at the next start."),
    );
    this.#stopping.abort();
    this.#hurry.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let retry_ms = SHIPMENT_RETRY_FIRST_MS;
    await this.#gather();
    while (!this.#stopping.signal.aborted && isBefore(this.#shipped, this.#journal.durable)) {
      try {
        await this.#shipOnce();
        retry_ms = SHIPMENT_RETRY_FIRST_MS;
      } catch (error) {
        this.#log.warn({ reason: String(error), next_try_ms: retry_ms }, "The journal could not be shipped yet.");
        await sleep(retry_ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => {});
        retry_ms = Math.min(retry_ms * 2, SHIPMENT_RETRY_MS_MAX);
      }
    }
    this.#running = undefined;
    if (!this.#stopping.signal.aborted && isBefore(this.#shipped, this.#journal.durable)) this.wake();
  }

  async #shipOnce(): Promise<void> {
    const { records, next } = await this.#journal.read(this.#shipped);
    await this.#store.ship(this.#name, records, next);
    this.#shipped = next;
    this.#arrivals.arrived(this.#shipped);
    await this.#journal.forget(next);
  }

  /** Lets records gather, unless somebody waits for them. */
  async #gather(): Promise<void> {
    if (this.#arrivals.isAwaited) return;
    this.#hurry = new AbortController();
    await sleep(SHIPMENT_PAUSE_MS, undefined, { signal: this.#hurry.signal, ref: false }).catch(() => {});
  }
}
