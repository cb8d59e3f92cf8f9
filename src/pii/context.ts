import { Kind, kindOf } from "./characters.ts";

/** Characters before an entity in which words speak for or against it: a sentence's beginning, a key, a column's name. */
export const CONTEXT_CHARACTERS = 64;

/** A word that speaks against an entity does so from near only; farther back it belongs to something else. */
const AGAINST_CHARACTERS = 32;

/** Between a word that must be next to its entity and that: a colon, an equals sign, quotes, spaces. */
const NEXT_CHARACTERS = 5;

/** Of a phrase. */
const PHRASE_WORDS_MAX = 3;

/** Between a word and the number that it names: `version number is 1.2.3.4`. */
const FILLERS: ReadonlySet<string> = new Set(["no", "nr", "num", "number", "is", "was"]);

interface Phrase {
  readonly words: readonly string[];
  readonly isWhole: boolean;
  readonly isNext: boolean;
}

/** Words that speak for a kind of entity, or against it, by the first two letters of the first (`keyOf`). */
export type Words = ReadonlyMap<number, readonly Phrase[]>;

/** Of two letters in lower case, the second 0 where there is none. */
const keyOf = (first: number, second: number): number => (first << 16) | second;

const keyOfWord = (word: string): number => keyOf(word.charCodeAt(0), word.length > 1 ? word.charCodeAt(1) : 0);

/**
 * Words in lower case, each of which stands for all that begin with it; one with `$` at its end for itself alone, one with `!` for itself
 * right before the entity. In a phrase the words follow each other, whatever stands between: `tax id` is found in `tax_id` and `taxId`.
 */
export function words(...sources: readonly string[]): Words {
  const found = new Map<number, Phrase[]>();
  for (const source of sources) {
    const phrase = {
      words: source.replace(/[$!]$/, "").split(" "),
      isWhole: /[$!]$/.test(source),
      isNext: source.endsWith("!"),
    };
    const key = keyOfWord(phrase.words[0]!);
    found.set(key, [...(found.get(key) ?? []), phrase]);
  }
  return found;
}

/** One of the words before a place. Most are told from those that are wanted by their keys, and never written in lower case. */
interface Said {
  readonly start: number;
  readonly end: number;
  readonly key: number;
  lower: string | undefined;
}

const ASCII_LETTERS_END = 0x80;
const LOWER_CASE = 0x20;

/** The words before a place, from the nearest on, as far back as they were asked for. */
export class Context {
  readonly #text: string;
  readonly #place: number;
  readonly #from: number;
  readonly #said: Said[] = [];
  /** Behind the next word back. */
  #end: number;

  constructor(text: string, place: number) {
    this.#text = text;
    this.#place = place;
    this.#from = Math.max(0, place - CONTEXT_CHARACTERS);
    this.#end = place;
  }

  /**
   * What is said by whoever stands nearer. A word against between a word for and the entity takes away what that one gave; right before
   * the entity it is what the entity is called, whatever was said farther back: `client version 1.2.3.4`.
   */
  verdict(raising: Words | undefined, lowering: Words | undefined): Verdict {
    const raised = raising && this.#nearest(raising, Number.POSITIVE_INFINITY);
    const lowered = lowering && this.#nearest(lowering, raised ? raised.distance - 1 : AGAINST_CHARACTERS);
    const isAgainst = lowered !== undefined && lowered.distance <= AGAINST_CHARACTERS;
    if (raised === undefined) return { says: isAgainst ? "against" : "nothing", distance: 0 };
    const { distance } = raised;
    if (!isAgainst || lowered.distance >= distance) return { says: "for", distance };
    return { says: this.#isName(lowered.last) ? "against" : "nothing", distance };
  }

  /**
   * Of the words the nearest: characters from it to the place, and which word back it ends with. Undefined when there is none; whether
   * there is one farther than `distance_max` may be left open.
   */
  #nearest(wanted: Words, distance_max: number): { readonly distance: number; readonly last: number } | undefined {
    for (let back = 0; ; back += 1) {
      const said = this.#back(back);
      if (said === undefined) return undefined;
      const phrases = wanted.get(said.key);
      if (phrases !== undefined)
        for (const phrase of phrases) {
          const distance = this.#distanceOf(phrase, back);
          if (distance !== undefined) return { distance, last: back - phrase.words.length + 1 };
        }
      const last = back - PHRASE_WORDS_MAX + 1;
      if (last >= 0 && this.#place - this.#said[last]!.end > distance_max) return undefined;
    }
  }

  /** Whether nothing but fillers stands between the word and the place. */
  #isName(last: number): boolean {
    return this.#said.slice(0, last).every((said) => FILLERS.has(this.#lower(said)));
  }

  #distanceOf({ words, isWhole, isNext }: Phrase, first: number): number | undefined {
    if (words.length > first + 1) return undefined;
    for (let i = 0; i < words.length; i += 1) {
      const said = this.#lower(this.#said[first - i]!);
      if (isWhole ? said !== words[i] : !said.startsWith(words[i]!)) return undefined;
    }
    const distance = this.#place - this.#said[first - words.length + 1]!.end;
    return isNext && distance > NEXT_CHARACTERS ? undefined : distance;
  }

  /** A word by how many stand between it and the place; undefined when there are not so many. */
  #back(count: number): Said | undefined {
    while (this.#said.length <= count) {
      const said = this.#read();
      if (said === undefined) return undefined;
      this.#said.push(said);
    }
    return this.#said[count];
  }

  /** The next word back. A capital behind a small letter begins another: `customerPhone`. */
  #read(): Said | undefined {
    const [text, from] = [this.#text, this.#from];
    let end = this.#end;
    while (end > from && !isLetter(kindOf(text.charCodeAt(end - 1)))) end -= 1;
    this.#end = end;
    if (end === from) return undefined;
    let start = end - 1;
    let kind = kindOf(text.charCodeAt(start));
    while (start > from) {
      const before = kindOf(text.charCodeAt(start - 1));
      if (!isLetter(before) || (kind === Kind.UPPER && before === Kind.LETTER)) break;
      start -= 1;
      kind = before;
    }
    this.#end = start;
    const [first, second] = [text.charCodeAt(start), start + 1 < end ? text.charCodeAt(start + 1) : 0];
    if (first < ASCII_LETTERS_END && second < ASCII_LETTERS_END)
      return { start, end, key: keyOf(first | LOWER_CASE, second && second | LOWER_CASE), lower: undefined };
    const lower = text.slice(start, end).toLowerCase();
    return { start, end, key: keyOfWord(lower), lower };
  }

  #lower(said: Said): string {
    said.lower ??= this.#text.slice(said.start, said.end).toLowerCase();
    return said.lower;
  }
}

const isLetter = (kind: Kind): boolean => kind === Kind.LETTER || kind === Kind.UPPER;

/** What the words before an entity say about it. */
export interface Verdict {
  readonly says: "for" | "against" | "nothing";
  /** Characters to the word that speaks for it. */
  readonly distance: number;
}
