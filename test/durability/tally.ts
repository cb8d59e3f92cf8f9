/** Counts of a run of rounds, printed at its end. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(what: string, more: number): void {
    this.#counts.set(what, this.of(what) + more);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** One line each, in the order in which they were first counted. */
  lines(): readonly string[] {
    return [...this.#counts].map(([what, count]) => `${String(count).padStart(6)}  ${what}`);
  }
}
