/** Choices read off a list of numbers, the first one of each wherever it has ended: a shorter list makes a simpler thing. */
export class Tape {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** A number from 0 up to, not including, `below`. */
  below(below: number): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return number % below;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** True in so many of a hundred cases; false where the list has ended. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }
}
