import { Kind, kindOf } from "./characters.ts";
import { Context } from "./context.ts";

const OPENS = "(+:";

/** The last bit stands for all lengths from its own on. */
const LENGTH_MAX = 31;

/** Lengths from `min` to `max` as bits. */
export function lengths(min: number, max: number): number {
  let bits = 0;
  for (let length = min; length <= Math.min(max, LENGTH_MAX); length += 1) bits |= 1 << length;
  return min > LENGTH_MAX ? 1 << LENGTH_MAX : bits;
}

/** A stretch of text as detectors see it: written-out characters replaced, and the places where something may begin, found once for all. */
export class View {
  readonly text: string;
  /** What stands before it is context. */
  readonly from: number;
  /** Where a digit, a letter, a sign stands that no letter or digit stands before. */
  readonly digits: readonly number[];
  readonly letters: readonly number[];
  readonly signs: readonly number[];
  /** How many digits in a row begin at each of `digits`. */
  readonly runs: readonly number[];
  /** Which lengths runs have, as `lengths` says it: most shapes want one that no run has. */
  readonly run_lengths: number;
  #context: { readonly place: number; readonly words: Context } | undefined;

  constructor(text: string, from: number) {
    this.text = text;
    this.from = from;
    const [digits, letters, signs, runs]: [number[], number[], number[], number[]] = [[], [], [], []];
    let isRun = false;
    let isWord = from > 0 && isWordKind(kindOf(text.charCodeAt(from - 1)));
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const kind = kindOf(code);
      const wasWord = isWord;
      isWord = isWordKind(kind);
      isRun = kind === Kind.DIGIT && (isRun || !wasWord);
      if (isRun && wasWord) runs[runs.length - 1]! += 1;
      if (wasWord) continue;
      if (isRun) {
        digits.push(at);
        runs.push(1);
      } else if (isWord) letters.push(at);
      else if (OPENS.includes(text[at]!)) signs.push(at);
    }
    this.digits = digits;
    this.letters = letters;
    this.signs = signs;
    this.runs = runs;
    let lengths = 0;
    for (let i = 0; i < runs.length; i += 1) lengths |= 1 << Math.min(runs[i]!, LENGTH_MAX);
    this.run_lengths = lengths;
  }

  /** The words before a place; detectors ask for the same place one after the other. */
  before(place: number): Context {
    if (this.#context?.place !== place) this.#context = { place, words: new Context(this.text, place) };
    return this.#context.words;
  }
}

const isWordKind = (kind: Kind): boolean => kind === Kind.DIGIT || kind === Kind.LETTER || kind === Kind.UPPER;
