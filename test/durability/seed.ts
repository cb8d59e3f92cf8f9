/** Random choices that can be made again: from `LAKEWARD_SEED`, else from a seed of their own, which the test prints. */
export class Chance {
  readonly seed: number;
  #state: number;

  constructor(seed: number = Number(process.env.LAKEWARD_SEED ?? Math.floor(Math.random() * 2 ** 32))) {
    this.seed = seed >>> 0;
    this.#state = this.seed;
  }

  /** A whole number from `from` to `to`, both possible. mulberry32. */
  between(from: number, to: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return from + (((mixed ^ (mixed >>> 14)) >>> 0) % (to - from + 1));
  }

  coin(): boolean {
    return this.between(0, 1) === 1;
  }
}
