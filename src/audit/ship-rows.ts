import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#base/log.ts";
import type { RowJournal, RowTables, StagedRows } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { Arrivals } from "./arrivals.ts";
import type { Journal } from "./journal.ts";
import {
  ROWS_PAUSE_MS,
  ROWS_SHIPMENT_BYTES_MAX,
  SHIPMENT_RETRY_FIRST_MS,
  SHIPMENT_RETRY_MS_MAX,
  SHIPPED_WAIT_MS_MAX,
} from "./limits.ts";
import { isSame, type Position } from "./position.ts";
import type { AuditStore } from "./store.ts";

interface Shipment {
  readonly from: Position;
  readonly next: Position;
  readonly bytes: number;
  readonly staged: readonly StagedRows[];
}

/**
 * Carries the journal's rows into their tables: files first, then their versions and the journal's position in one transaction, so that a
 * row is there once whatever ends in between. A shipment that could not be committed is tried again with the files that it has.
 */
export class RowShipper implements Pick<RowJournal, "shipped" | "shipTo"> {
  readonly #journal: Journal;
  readonly #store: AuditStore;
  readonly #name: string;
  readonly #log: Log;
  #tables: RowTables | undefined;
  #shipped: Position;
  #shipment: Shipment | undefined;
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
    this.#journal.rows.ship(parts.shipped, 0);
  }

  shipTo(tables: RowTables): () => Promise<void> {
    this.#tables = tables;
    this.wake();
    return () => this.stop();
  }

  /** There may be something to ship. */
  wake(): void {
    const { rows } = this.#journal;
    if (!this.#tables || this.#stopping.signal.aborted || rows.isEmpty) return;
    this.#running ??= this.#run(this.#tables);
    if (rows.bytes >= ROWS_SHIPMENT_BYTES_MAX) this.#hurry.abort();
  }

  async shipped(table_id: string): Promise<void> {
    const until = this.#journal.rows.endOf(table_id);
    if (!until) return;
    const isThere = await this.#arrivals.before(until, SHIPPED_WAIT_MS_MAX, () => {
      this.#hurry.abort();
      this.wake();
    });
    if (!isThere)
      throw new Fault(
        "TEMPORARILY_UNAVAILABLE",
        "The newest rows of this table have not reached it yet. None of them is lost. Try again in a few seconds.",
      );
  }

  /** Ends after the shipment that is on its way; the rest is shipped after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#hurry.abort();
    await this.#running;
  }

  async #run(tables: RowTables): Promise<void> {
    let retry_ms = SHIPMENT_RETRY_FIRST_MS;
    while (!this.#stopping.signal.aborted && !this.#journal.rows.isEmpty) {
      await this.#gather();
      if (this.#stopping.signal.aborted) break;
      try {
        await this.#shipOnce(tables);
        retry_ms = SHIPMENT_RETRY_FIRST_MS;
      } catch (error) {
        this.#log.warn(
          { reason: String(error), next_try_ms: retry_ms },
          "Rows could not be put into their tables yet.",
        );
        await sleep(retry_ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => {});
        retry_ms = Math.min(retry_ms * 2, SHIPMENT_RETRY_MS_MAX);
      }
    }
    this.#running = undefined;
  }

  async #shipOnce(tables: RowTables): Promise<void> {
    this.#shipment ??= await this.#stage(tables);
    const { next, bytes, staged } = this.#shipment;
    const at = await this.#store.shipRows(this.#name, this.#shipment, (transaction) =>
      tables.commit(transaction, staged),
    );
    if (!isSame(at, next))
      this.#log.warn(
        { segment: at.segment, offset: at.offset },
        "Rows were already in their tables: an earlier try got through.",
      );
    this.#shipment = undefined;
    this.#shipped = at;
    this.#journal.rows.ship(at, bytes);
    this.#arrivals.arrived(at);
  }

  async #stage(tables: RowTables): Promise<Shipment> {
    const from = this.#shipped;
    const { rows, next, bytes } = await this.#journal.readRows(from);
    return { from, next, bytes, staged: await tables.stage(rows) };
  }

  /** Lets rows gather, unless somebody waits for them, there are many, or they have waited for a failed try. */
  async #gather(): Promise<void> {
    const isFull = this.#journal.rows.bytes >= ROWS_SHIPMENT_BYTES_MAX;
    if (this.#arrivals.isAwaited || this.#shipment || isFull) return;
    this.#hurry = new AbortController();
    await sleep(ROWS_PAUSE_MS, undefined, {
      signal: AbortSignal.any([this.#hurry.signal, this.#stopping.signal]),
      ref: false,
    }).catch(() => {});
  }
}
