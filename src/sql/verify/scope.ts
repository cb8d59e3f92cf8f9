/** The CTE names that a place of the text may use; names compare as the engine compares them, without case. */
export class Scope {
  readonly #names: ReadonlySet<string>;

  private constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  static readonly empty = new Scope(new Set());

  with(name: string): Scope {
    return new Scope(new Set([...this.#names, name.toLowerCase()]));
  }

  has(name: string): boolean {
    return this.#names.has(name.toLowerCase());
  }
}
