/** Waiting work, served in turns: one of each submitter, so that a hundred statements of one do not delay another's first. */
export class FairQueue<T> {
  readonly #lines = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many of this submitter's wait. */
  waitingOf(submitter: string): number {
    return this.#lines.get(submitter)?.length ?? 0;
  }

  add(submitter: string, item: T): void {
    const line = this.#lines.get(submitter);
    if (line === undefined) this.#lines.set(submitter, [item]);
    else line.push(item);
    this.#size += 1;
  }

  /** The next item of the submitter whose turn it is, among those that `may` go now. */
  take(may: (submitter: string) => boolean): T | undefined {
    for (const [submitter, line] of this.#lines) {
      if (!may(submitter)) continue;
      const item = line.shift();
      // To the back of the round, or out of it.
      this.#lines.delete(submitter);
      if (line.length > 0) this.#lines.set(submitter, line);
      this.#size -= 1;
      return item;
    }
    return undefined;
  }

  /** Takes an item out again. @returns whether it was still waiting. */
  remove(submitter: string, item: T): boolean {
    const line = this.#lines.get(submitter);
    const position = line?.indexOf(item) ?? -1;
    if (line === undefined || position < 0) return false;
    line.splice(position, 1);
    if (line.length === 0) this.#lines.delete(submitter);
    this.#size -= 1;
    return true;
  }
}
