/** The model reads so many tokens of a text and overlooks the rest: measured, two texts that differ from there on are one to it. */
const WINDOW_TOKENS = 128;

/** A stretch of a piece that the model reads whole. */
export interface Window {
  readonly text: string;
  readonly tokens: number;
}

/** A piece as stretches that the model reads whole, parted between words, which is where its vocabulary parts a text too. */
export function windowsOf(piece: string, tokensOf: (word: string) => number): readonly Window[] {
  const windows: Window[] = [];
  let words: string[] = [];
  let tokens = 0;
  const close = (): void => {
    if (words.length > 0) windows.push({ text: words.join(" "), tokens });
    words = [];
    tokens = 0;
  };
  for (const word of piece.split(" ")) {
    const more = tokensOf(word);
    if (tokens + more > WINDOW_TOKENS) close();
    words.push(word);
    tokens += more;
  }
  close();
  return windows;
}
