/** Values by key of which the longest unused go when there are too many, so that made-up keys cannot fill the memory. */
export class Recent<V> {
  readonly #max: number;
  readonly #values = new Map<string, V>();

  constructor(max: number) {
    this.#max = max;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.#max) return;
    const [oldest] = this.#values.keys();
    this.#values.delete(oldest!);
  }

  get size(): number {
    return this.#values.size;
  }
}
