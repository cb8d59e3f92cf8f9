import { RECENT_BYTES_MAX } from "./limits.ts";
import type { Position } from "./position.ts";

interface Piece {
  readonly at: Position;
  readonly bytes: Buffer;
}

/** The pieces that were written to the journal last, so that who reads it soon after need not ask the disk. */
export class RecentPieces {
  readonly #pieces: Piece[] = [];
  #bytes = 0;

  /** These bytes were written at `at`, behind all others of the segment. */
  note(at: Position, bytes: Buffer): void {
    this.#pieces.push({ at, bytes });
    this.#bytes += bytes.length;
    let old = 0;
    while (this.#bytes > RECENT_BYTES_MAX && old < this.#pieces.length)
      this.#bytes -= this.#pieces[old++]!.bytes.length;
    if (old > 0) this.#pieces.splice(0, old);
  }

  /** Up to `bytes_max` bytes of a segment from `from` on, as far as they are here; undefined when the first is not. */
  from({ segment, offset }: Position, bytes_max: number): Buffer | undefined {
    const isIn = ({ at, bytes }: Piece): boolean =>
      at.segment === segment && at.offset <= offset && offset < at.offset + bytes.length;
    const first = this.#pieces.findIndex(isIn);
    if (first < 0) return undefined;
    const found: Buffer[] = [];
    let left = bytes_max;
    for (const { at, bytes } of this.#pieces.slice(first)) {
      if (at.segment !== segment || left <= 0) break;
      const piece = bytes.subarray(Math.max(0, offset - at.offset)).subarray(0, left);
      found.push(piece);
      left -= piece.length;
    }
    return found.length === 1 ? found[0] : Buffer.concat(found);
  }
}
