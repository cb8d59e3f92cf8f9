/** What a cache holds at most. */
export interface CacheBounds {
  readonly entries_max: number;
  readonly bytes_max: number;
  /** A larger value is not kept: one alone would push out all the others. */
  readonly entry_bytes_max: number;
}

interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
  readonly kept_at_ms: number;
}

/** Values by key, the least recently used of which give way. Bytes are what whoever keeps a value says that it takes. */
export class BoundedCache<T> {
  readonly #bounds: CacheBounds;
  /** In the order in which they were last used. */
  readonly #entries = new Map<string, Entry<T>>();
  #bytes = 0;

  constructor(bounds: CacheBounds) {
    this.#bounds = bounds;
  }

  /** What is kept under `key` for less than `age_ms_max`; what is older is dropped. */
  find(key: string, now_ms: number, age_ms_max: number): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#drop(key, entry);
    if (now_ms - entry.kept_at_ms >= age_ms_max || now_ms < entry.kept_at_ms) return undefined;
    this.#add(key, entry);
    return entry.value;
  }

  /** Keeps a value in place of what was there; one that is too large is not kept, and nothing is then under the key. */
  keep(key: string, value: T, bytes: number, now_ms: number): void {
    const before = this.#entries.get(key);
    if (before) this.#drop(key, before);
    if (bytes > this.#bounds.entry_bytes_max) return;
    this.#add(key, { value, bytes, kept_at_ms: now_ms });
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= this.#bounds.entries_max && this.#bytes <= this.#bounds.bytes_max) break;
      this.#drop(oldest, entry);
    }
  }

  get size(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#entries.size, bytes: this.#bytes };
  }

  #add(key: string, entry: Entry<T>): void {
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
  }

  #drop(key: string, entry: Entry<T>): void {
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
