import { SERIES_MAX } from "./limits.ts";

/** An instrument, as its name's convention describes it. */
export interface InstrumentRow {
  readonly name: string;
  /** As UCUM spells it. */
  readonly unit: string;
  readonly description: string;
  /** Names of its labels, in the order in which values are given. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets; a counter has none. */
  readonly boundaries?: readonly number[];
}

/** What one combination of label values has counted. */
export interface Series {
  /** One for each label; null for the series that stands for all that are beyond the bound. */
  readonly labels: readonly string[] | null;
  count: number;
  sum: number;
  /** One more than there are boundaries. */
  readonly buckets: number[];
}

/**
 * Counts in plain numbers: recording is a look-up and a few additions, since it is done many times for each request. How many
 * series there may be is bounded, whatever label values come.
 */
export class Instrument {
  readonly row: InstrumentRow;
  readonly #boundaries: readonly number[];
  readonly #series = new Map<string, Series>();
  #beyond: Series | undefined;

  constructor(row: InstrumentRow) {
    this.row = row;
    this.#boundaries = row.boundaries ?? [];
  }

  /** @param labels a value for each of the row's labels; an empty one is as none */
  record(value: number, labels: readonly string[]): void {
    const series = this.#of(labels);
    series.count += 1;
    series.sum += value;
    const boundaries = this.#boundaries;
    let bucket = 0;
    while (bucket < boundaries.length && value > boundaries[bucket]!) bucket += 1;
    series.buckets[bucket]! += 1;
  }

  get series(): readonly Series[] {
    return this.#beyond ? [...this.#series.values(), this.#beyond] : [...this.#series.values()];
  }

  #of(labels: readonly string[]): Series {
    const key = labels.join("\0");
    const known = this.#series.get(key);
    if (known) return known;
    if (this.#series.size >= SERIES_MAX - 1) {
      this.#beyond ??= this.#fresh(null);
      return this.#beyond;
    }
    const made = this.#fresh(labels);
    this.#series.set(key, made);
    return made;
  }

  #fresh(labels: readonly string[] | null): Series {
    return { labels, count: 0, sum: 0, buckets: new Array<number>(this.#boundaries.length + 1).fill(0) };
  }
}
