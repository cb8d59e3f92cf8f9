import { GovernanceCache } from "./governance-cache.ts";
import type { Listen, Subscription } from "./listen.ts";

/** A request never rests on a version that was true longer ago than this, notified or not. */
const VERSION_AGE_MS_MAX = 1_000;
/** A channel that is down longer has no say any more: nothing is remembered until it is back. */
const CHANNEL_DOWN_MS_MAX = 5_000;
/** Between attempts to open the channel for the first time; once open, it opens itself again. */
const OPEN_AGAIN_MS = 1_000;

/** A time in which nothing that is governed changed, as far as this process knows. No two are the same, whatever their version. */
export interface Era {
  readonly version: number;
}

/** What the version is read and heard by. */
export interface GovernanceSource {
  /** Reads the version from the database. @throws Fault TEMPORARILY_UNAVAILABLE when it is away. */
  read(): Promise<number>;
  listen(listen: Listen): Promise<Subscription>;
}

/**
 * The governance version as this process knows it. Whatever is read from the database after an era began is at least as new as
 * the era: so what was read in an era may be used until it ends. It ends when this process commits a change, when another one
 * says that it did, and at the latest when the version, read again each second, is another.
 */
export class GovernanceVersion {
  readonly #source: GovernanceSource;
  readonly #elapsed_ms: () => number;
  #channel: Subscription | undefined;
  #opening: Promise<void> | undefined;
  #open_again_ms = 0;
  #isClosed = false;
  #era: Era | undefined;
  /** When the question was put, to which the era's version was the answer; by the clock that never goes back. */
  #confirmed_ms = 0;
  /** Grows whenever an era ends, so that an answer to a question put before it begins none. */
  #endings = 0;
  #confirming: Promise<Era | undefined> | undefined;

  /** `elapsed_ms` is a clock that never goes back; a test holds it in its hand. */
  constructor(source: GovernanceSource, elapsed_ms: () => number = () => performance.now()) {
    this.#source = source;
    this.#elapsed_ms = elapsed_ms;
  }

  /**
   * The era that is now; undefined when nothing remembered may be used: the database must be read.
   * @throws Fault TEMPORARILY_UNAVAILABLE when the version is too old and the database is away.
   */
  async now(): Promise<Era | undefined> {
    if (!this.#isHeard()) return undefined;
    if (this.#era && this.#elapsed_ms() - this.#confirmed_ms < VERSION_AGE_MS_MAX) return this.#era;
    this.#confirming ??= this.#confirm();
    return this.#confirming;
  }

  /** For how long the channel has been down, in milliseconds: 0 while it is up, or none was asked for yet. */
  silent_ms(): number {
    return this.#channel?.down_ms() ?? 0;
  }

  /** Ends the era: something may have changed. */
  end(): void {
    this.#endings += 1;
    this.#era = undefined;
    this.#confirming = undefined;
  }

  /** What may be remembered for as long as an era lasts, `entries_max` things at most. */
  cache<T extends object>(entries_max: number): GovernanceCache<T> {
    return new GovernanceCache(this, entries_max);
  }

  /** Resolves when no channel will be opened any more; the one that is open is stopped by the database. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.end();
    await this.#opening;
  }

  async #confirm(): Promise<Era | undefined> {
    const endings = this.#endings;
    const asked_ms = this.#elapsed_ms();
    try {
      const version = await this.#source.read();
      if (endings !== this.#endings) return undefined;
      if (this.#era?.version !== version) this.#era = Object.freeze({ version });
      this.#confirmed_ms = asked_ms;
      return this.#era;
    } finally {
      if (endings === this.#endings) this.#confirming = undefined;
    }
  }

  /** Whether the channel tells of changes. The first question opens it. */
  #isHeard(): boolean {
    if (this.#channel) return this.#channel.down_ms() <= CHANNEL_DOWN_MS_MAX;
    if (!this.#isClosed && this.#elapsed_ms() >= this.#open_again_ms) this.#opening ??= this.#open();
    return false;
  }

  async #open(): Promise<void> {
    try {
      this.#channel = await this.#source.listen((payload) => this.#hear(payload));
    } catch {
      // Nothing is remembered until the channel stands: the database answers, and says itself when it is away.
      this.#open_again_ms = this.#elapsed_ms() + OPEN_AGAIN_MS;
    } finally {
      this.#opening = undefined;
    }
  }

  /** A version that is known already ends nothing: it is this process's own change, heard of late. */
  #hear(payload: string | null): void {
    const isKnown = this.#era !== undefined && /^\d+$/.test(payload ?? "") && Number(payload) <= this.#era.version;
    if (!isKnown) this.end();
  }
}
