import type { Era, GovernanceVersion } from "./governance-version.ts";

/** What is remembered in one era. */
export interface Remembered<T> {
  readonly version: number;
  get(key: string): T | undefined;
  /** Only what was read after the era was asked for, or it may be older than the era. */
  put(key: string, value: T): void;
}

/** Things read from the database, each for as long as nothing that is governed changes. What is not there is never remembered. */
export class GovernanceCache<T extends object> {
  readonly #version: Pick<GovernanceVersion, "now">;
  readonly #entries_max: number;
  /** By era, so that what is put late, when its era is over, goes where nobody looks any more. */
  readonly #eras = new WeakMap<Era, Map<string, T>>();

  constructor(version: Pick<GovernanceVersion, "now">, entries_max: number) {
    this.#version = version;
    this.#entries_max = entries_max;
  }

  /** What is remembered now; undefined when nothing may be. @throws Fault as `GovernanceVersion.now`. */
  async open(): Promise<Remembered<T> | undefined> {
    const era = await this.#version.now();
    if (!era) return undefined;
    const entries = this.#eras.get(era) ?? new Map<string, T>();
    this.#eras.set(era, entries);
    return {
      version: era.version,
      get: (key) => entries.get(key),
      put: (key, value) => {
        entries.delete(key);
        for (const oldest of entries.keys()) {
          if (entries.size < this.#entries_max) break;
          entries.delete(oldest);
        }
        entries.set(key, value);
      },
    };
  }

  /** What is remembered under `key`, or else what `load` reads. */
  async get(key: string, load: () => Promise<T | undefined>): Promise<T | undefined> {
    const remembered = await this.open();
    const known = remembered?.get(key);
    if (known) return known;
    const loaded = await load();
    if (loaded) remembered?.put(key, loaded);
    return loaded;
  }
}
