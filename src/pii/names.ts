import { type Candidate, type Detector, scores } from "./detector.ts";

const word = /[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/gu;

/** Words of a name that are looked at; the rest of a longer one stays. */
const NAME_WORDS_MAX = 8;

const fullName = scores(0.85, 0.85, 0.85);

interface Word {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

const keyOf = (text: string): string => text.normalize("NFC").toLowerCase().replaceAll("’", "'");

/** The words of a text; the ending of who owns is no part of a name. */
function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(word)].map(({ 0: found, index }) => {
    const name = found.replace(/['’]s$/i, "");
    return { key: keyOf(name), start: index, end: index + name.length };
  });
}

/** The names of people whom an organisation knows, to find them by. Made once, used for every text. */
export class Names {
  /** The words of each name, by the first; longest first. */
  readonly #byFirst = new Map<string, (readonly string[])[]>();
  /** Words behind which another of the same name may stand. */
  readonly #inner = new Set<string>();

  /** Names as people write them, `Ada Lovelace`. What has no letter is left out. */
  constructor(names: Iterable<string>) {
    for (const name of names) {
      const keys = wordsOf(name)
        .map(({ key }) => key)
        .slice(0, NAME_WORDS_MAX);
      const [first] = keys;
      if (first === undefined) continue;
      const others = this.#byFirst.get(first) ?? [];
      this.#byFirst.set(
        first,
        [...others, keys].sort((a, b) => b.length - a.length),
      );
      for (const key of keys.slice(0, -1)) this.#inner.add(key);
    }
  }

  /** Whether a name may go on behind the text's last word. */
  mayGoOn(text: string): boolean {
    const last = /[\p{L}\p{M}'’-]+$/u.exec(text);
    const found = last ? wordsOf(last[0]).at(-1) : undefined;
    return found !== undefined && this.#inner.has(found.key);
  }

  /** Names of several words however they are written; one of a single word needs its capital. */
  readonly detector: Detector = {
    entity: "PERSON",
    mayHold: () => true,
    find: ({ text, from }) => this.#find(text, from),
  };

  *#find(text: string, from: number): Generator<Candidate> {
    const said = wordsOf(text.slice(from));
    for (let at = 0; at < said.length; at += 1) {
      const length = this.#lengthAt(text, from, said, at);
      if (length === 0) continue;
      const last = said[at + length - 1]!;
      yield { start: from + said[at]!.start, end: from + last.end, scores: fullName };
      at += length - 1;
    }
  }

  #lengthAt(text: string, from: number, said: readonly Word[], at: number): number {
    const first = said[at]!;
    for (const keys of this.#byFirst.get(first.key) ?? []) {
      const words = said.slice(at, at + keys.length);
      if (words.length < keys.length || !words.every(({ key }, i) => key === keys[i])) continue;
      const isOneStretch = words.every(
        ({ start }, i) => i === 0 || /^\.? $/.test(text.slice(from + words[i - 1]!.end, from + start)),
      );
      const hasCapital = /^\p{Lu}/u.test(text.slice(from + first.start));
      if (isOneStretch && (keys.length > 1 || hasCapital)) return keys.length;
    }
    return 0;
  }
}
