/** Characters of a piece: of English about what the model reads at once. */
const PIECE_CHARACTERS_MAX = 512;
/** A word of more letters is cut: the tokenizer's time grows with the square of a word. */
const WORD_CHARACTERS_MAX = 64;

/** What a piece adds to its text: its vectors, each as often as it has tokens. */
export interface PieceSum {
  readonly sum: Float32Array;
  readonly tokens: number;
}

/** A text in pieces, parted between words. White space becomes single blanks, as in the texts that the model learned from. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const word of wordsOf(text)) {
    if (piece !== "" && piece.length + 1 + word.length > PIECE_CHARACTERS_MAX) {
      pieces.push(piece);
      piece = "";
    }
    piece += piece === "" ? word : ` ${word}`;
  }
  if (piece !== "") pieces.push(piece);
  return pieces;
}

function* wordsOf(text: string): Iterable<string> {
  for (const word of text.split(/\s+/u)) {
    if (word.length <= WORD_CHARACTERS_MAX) {
      if (word !== "") yield word;
      continue;
    }
    const letters = [...word];
    for (let at = 0; at < letters.length; at += WORD_CHARACTERS_MAX)
      yield letters.slice(at, at + WORD_CHARACTERS_MAX).join("");
  }
}

/** One vector of a text's pieces: their mean by tokens, of length 1 as the model's own are. */
export function meanOf(pieces: readonly PieceSum[]): readonly number[] {
  const mean = new Float64Array(pieces[0]?.sum.length ?? 0);
  for (const { sum } of pieces) for (let at = 0; at < mean.length; at += 1) mean[at]! += sum[at]!;
  const length = Math.hypot(...mean);
  return Array.from(mean, (one) => Math.fround(length === 0 ? one : one / length));
}
