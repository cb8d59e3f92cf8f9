import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Log } from "#base/log.ts";

const RECONNECT_MS = 200;
/** A connection that died silently is found by this question. */
const HEARTBEAT_MS = 1_000;
const HEARTBEAT_ANSWER_MS = 2_000;

/** Called with the payload of each notification, and with null when some may have been missed. */
export type Listen = (payload: string | null) => void;

/** A standing subscription to a channel. */
export interface Subscription {
  /** Milliseconds for which the channel has been down: 0 while it is up. */
  down_ms(): number;
  stop(): Promise<void>;
}

/** Notifications over a connection of their own, opened again whenever it breaks. */
export class Listener implements Subscription {
  readonly #url: string;
  readonly #channel: string;
  readonly #listen: Listen;
  readonly #log: Log;
  #client: pg.Client | undefined;
  #answered_ms = 0;
  #stopped = new AbortController();
  #running: Promise<void> | undefined;

  constructor(url: string, channel: string, listen: Listen, log: Log) {
    this.#url = url;
    this.#channel = channel;
    this.#listen = listen;
    this.#log = log;
  }

  /** Resolves when the first subscription stands. @throws the driver's error when it cannot be made. */
  async start(): Promise<void> {
    await this.#subscribe();
    this.#running = this.#watch();
  }

  down_ms(): number {
    return this.#client ? 0 : Math.max(1, Date.now() - this.#answered_ms);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    const client = this.#client;
    // Before it ends: an end that is meant is no loss.
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #subscribe(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: "lakeward-listen",
      connectionTimeoutMillis: HEARTBEAT_ANSWER_MS,
      query_timeout: HEARTBEAT_ANSWER_MS,
      keepAlive: true,
    });
    client.on("error", () => this.#lose(client));
    client.on("end", () => this.#lose(client));
    client.on("notification", (message) => this.#listen(message.payload ?? ""));
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(this.#channel)}`);
    } catch (thrown) {
      client.end().catch(() => {});
      throw thrown;
    }
    this.#client = client;
    this.#answered_ms = Date.now();
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#log.warn({ channel: this.#channel }, "The notification channel broke. Opening it again.");
  }

  async #watch(): Promise<void> {
    const signal = this.#stopped.signal;
    while (!signal.aborted) {
      await sleep(this.#client ? HEARTBEAT_MS : RECONNECT_MS, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      const client = this.#client;
      try {
        if (client) {
          await client.query("SELECT 1");
          this.#answered_ms = Date.now();
        } else {
          await this.#subscribe();
          this.#listen(null);
        }
      } catch {
        // Not up: down_ms says since when, and the next round tries again.
        if (client) this.#lose(client);
        await client?.end().catch(() => {});
      }
    }
  }
}
