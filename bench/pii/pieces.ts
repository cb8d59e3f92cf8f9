/** Sizes that tokens of English have, about four characters on average, in an order that no word follows. */
const SIZES = [4, 5, 3, 6, 1, 4, 7, 2, 5, 3, 4, 8, 2, 4, 3, 3] as const;

/** A text as a model streams it. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0, i = 0; at < text.length; i += 1) {
    const size = SIZES[i % SIZES.length]!;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}
