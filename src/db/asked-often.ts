/** Asked so many times, a statement is prepared: sooner than that it may be one of those that are asked once. */
const TIMES_MIN = 5;
/** Statements prepared on each connection, of a few dozen that are asked on the way of requests. */
const STATEMENTS_MAX = 200;
/** Statements whose askings are counted: lists of many lengths make many texts. */
const COUNTED_MAX = 2_000;

/** One that reads or changes rows. One that takes all columns, whatever they are, is left out: it would not outlive a change of them. */
const PREPARABLE = /^(?!.*\b(select|returning) (\S+\.)?\*)(select|with|insert|update|delete)\b/is;

/** Names for statements that are asked often: Postgres parses and plans one with a name once for each connection. */
export class AskedOften {
  readonly #times = new Map<string, number>();
  readonly #names = new Map<string, string>();

  /** The name to prepare a text by; undefined for one that is not asked often. */
  nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= STATEMENTS_MAX) return known;
    const times = (this.#times.get(text) ?? 0) + 1;
    if (times < TIMES_MIN || !PREPARABLE.test(text)) {
      if (this.#times.size >= COUNTED_MAX) this.#times.clear();
      this.#times.set(text, times);
      return undefined;
    }
    this.#times.delete(text);
    const name = `lakeward_${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }
}
