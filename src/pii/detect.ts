import { type DetectOptions, Examiner } from "./examiner.ts";
import type { Span } from "./span.ts";

/**
 * Where personal data stands in a text, in order, without overlaps. Written-out characters (`&#64;`, `%40`, `\u0040`), other widths
 * and scripts of digits, kinds of space and invisible characters are read as what they stand for; offsets are those of `text`.
 * Not found: what is spelled in words or parted by words (`john at example dot com`), encoded as a whole (base64), parted by more
 * than one space or by a line's end, or stretched by invisible characters beyond `REACH_CHARACTERS`.
 */
export function detect(text: string, options: DetectOptions = {}): readonly Span[] {
  const examiner = new Examiner(options);
  const found: Span[] = [];
  for (let piece = examiner.next(text, true); piece; piece = examiner.next(text, true)) {
    const [first, ...others] = piece.spans as [Span, ...Span[]];
    const last = found.at(-1);
    if (piece.isContinued && last) found[found.length - 1] = { ...last, end: first.end };
    else found.push(first);
    found.push(...others);
  }
  return found;
}
