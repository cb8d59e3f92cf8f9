import { isBefore, type Position, START } from "./position.ts";

/** Which rows of the journal are on disk and in no table yet, as far as anybody need know: by table, where the last one ends. */
export class PendingRows {
  readonly #ends = new Map<string, Position>();
  #shipped: Position = START;
  #bytes = 0;

  /** Rows of a table are on disk, the last of them before `end`. */
  note(table_id: string, end: Position, bytes: number): void {
    this.#ends.set(table_id, end);
    this.#bytes += bytes;
  }

  /** All that lies before `position` is in its table, `bytes` of it newly. */
  ship(position: Position, bytes: number): void {
    this.#shipped = position;
    for (const [table_id, end] of this.#ends) if (!isBefore(position, end)) this.#ends.delete(table_id);
    this.#bytes = this.#ends.size === 0 ? 0 : Math.max(0, this.#bytes - bytes);
  }

  /** Where the last row of a table ends; undefined when the table has them all. */
  endOf(table_id: string): Position | undefined {
    return this.#ends.get(table_id);
  }

  get isEmpty(): boolean {
    return this.#ends.size === 0;
  }

  /** How much is in no table yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The place from which the journal must be kept: nothing from `durable` on when no row waits. */
  keptFrom(durable: Position): Position {
    return this.isEmpty ? durable : this.#shipped;
  }
}
