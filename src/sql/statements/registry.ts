import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Actor, Who } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { StatementState, StatementStatus } from "#wire/sql/statement.ts";
import type { StatementResult } from "../plan/session.ts";
import { RESULT_BYTES_KEPT_MAX, RESULT_KEPT_MS, STATEMENTS_KEPT_MAX } from "./limits.ts";

/** A statement of one owner, from its acceptance until it is forgotten. */
export interface StatementEntry {
  readonly id: string;
  /** Name of the subject that ran it. */
  readonly owner: string;
  /** The actor that ran it for the subject. */
  readonly actor?: Pick<Actor, "kind" | "name">;
  readonly abort: AbortController;
  readonly state: StatementState;
  readonly failure?: Pick<StatementStatus, "error" | "sql_state">;
  readonly result?: StatementResult;
  readonly bytes: number;
  readonly ended_ms?: number;
}

/** How a statement ended. */
export type Ending =
  | { readonly state: "SUCCEEDED"; readonly result: StatementResult }
  | { readonly state: "FAILED"; readonly failure: Pick<StatementStatus, "error" | "sql_state"> }
  | { readonly state: "CANCELED" };

/**
 * The statements of this process and their inline results. They do not outlive it: a statement whose server is gone is not found,
 * and is to be sent again.
 */
export class StatementRegistry {
  readonly #entries = new Map<string, StatementEntry>();
  /** Statements that have ended, in that order, and those of them whose results are kept. */
  readonly #ended = new Set<string>();
  readonly #results = new Set<string>();
  readonly #clock: Clock;
  readonly #ids: IdSource;
  #bytes = 0;

  constructor(clock: Clock, ids: IdSource) {
    this.#clock = clock;
    this.#ids = ids;
  }

  open({ subject, actor }: Who): StatementEntry {
    this.#forget();
    const entry: StatementEntry = {
      id: this.#ids.uuid(),
      owner: subject.name,
      ...(actor && { actor: { kind: actor.kind, name: actor.name } }),
      abort: new AbortController(),
      state: "PENDING",
      bytes: 0,
    };
    this.#entries.set(entry.id, entry);
    return entry;
  }

  find(id: string): StatementEntry | undefined {
    return this.#entries.get(id);
  }

  /** @throws Fault NOT_FOUND for a statement that was forgotten since the permit for it was given. */
  get(id: string): StatementEntry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Fault("NOT_FOUND", `Statement '${id}' is no longer kept. Run it again.`);
    return entry;
  }

  running(id: string): void {
    const entry = this.#entries.get(id);
    if (entry?.state === "PENDING") this.#entries.set(id, { ...entry, state: "RUNNING" });
  }

  /** The first ending counts. */
  end(id: string, ending: Ending): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.ended_ms !== undefined) return;
    const bytes = ending.state === "SUCCEEDED" ? bytesOf(ending.result) : 0;
    this.#entries.set(id, { ...entry, ...ending, bytes, ended_ms: this.#clock.now_ms() });
    this.#bytes += bytes;
    this.#ended.add(id);
    if (ending.state === "SUCCEEDED") this.#results.add(id);
    this.#forget();
  }

  abortAll(): void {
    for (const entry of this.#entries.values()) entry.abort.abort();
  }

  /** Each statement of the past is looked at once for its result and once for itself, and none that has to stay. */
  #forget(): void {
    const now_ms = this.#clock.now_ms();
    for (const id of this.#results) {
      const entry = this.#entries.get(id);
      if (entry?.state === "SUCCEEDED") {
        const isOld = now_ms - (entry.ended_ms ?? now_ms) > RESULT_KEPT_MS;
        if (!isOld && this.#bytes <= RESULT_BYTES_KEPT_MAX) break;
        const { result: _dropped, ...kept } = entry;
        this.#entries.set(id, { ...kept, state: "CLOSED", bytes: 0 });
        this.#bytes -= entry.bytes;
      }
      this.#results.delete(id);
    }
    for (const id of this.#ended) {
      if (this.#entries.size <= STATEMENTS_KEPT_MAX) break;
      this.#bytes -= this.#entries.get(id)?.bytes ?? 0;
      this.#entries.delete(id);
      this.#ended.delete(id);
    }
  }
}

/** Bytes of a result's values, as text. */
function bytesOf(result: StatementResult): number {
  let bytes = 0;
  for (const row of result.rows) for (const value of row) bytes += value === null ? 4 : Buffer.byteLength(value) + 2;
  return bytes;
}
