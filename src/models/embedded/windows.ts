/** The model reads so many tokens of a text and overlooks the rest: measured, two texts that differ from there on are one to it. */
const WINDOW_TOKENS = 128;
/** A word of more letters is cut: the tokenizer's time grows with the square of a word. */
const WORD_CHARACTERS_MAX = 64;

/** A stretch of a text that the model reads whole. */
export interface Window {
  readonly text: string;
  readonly tokens: number;
}

/**
 * A text as stretches that the model reads whole, parted between words, which is where its vocabulary parts a text too. White space
 * becomes single blanks, as in the texts that it learned from.
 */
export function windowsOf(text: string, tokensOf: (word: string) => number): readonly Window[] {
  const windows: Window[] = [];
  let words: string[] = [];
  let tokens = 0;
  const close = (): void => {
    if (words.length > 0) windows.push({ text: words.join(" "), tokens });
    words = [];
    tokens = 0;
  };
  for (const word of wordsOf(text)) {
    const more = tokensOf(word);
    if (tokens + more > WINDOW_TOKENS) close();
    words.push(word);
    tokens += more;
  }
  close();
  return windows;
}

function* wordsOf(text: string): Iterable<string> {
  for (const word of text.split(/\s+/u)) {
    if (word === "") continue;
    const letters = [...word];
    for (let at = 0; at < letters.length; at += WORD_CHARACTERS_MAX)
      yield letters.slice(at, at + WORD_CHARACTERS_MAX).join("");
  }
}

/** One vector for all windows of a text: their mean by tokens, of length 1 as the model's own are. */
export function meanOf(vectors: readonly (readonly number[])[], windows: readonly Window[]): Float32Array {
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  for (const [index, vector] of vectors.entries())
    for (let at = 0; at < mean.length; at += 1) mean[at]! += vector[at]! * windows[index]!.tokens;
  const length = Math.hypot(...mean);
  return length === 0 ? mean : mean.map((one) => one / length);
}
