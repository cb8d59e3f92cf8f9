import { Kind, kindOf } from "./characters.ts";

/** Characters before an entity in which words speak for or against it: a sentence's beginning, a key, a column's name. */
export const CONTEXT_CHARACTERS = 64;

/** A word that speaks against an entity does so from near only; farther back it belongs to something else. */
const AGAINST_CHARACTERS = 32;

/** Between a word that must be next to its entity and that: a colon, an equals sign, quotes, spaces. */
const NEXT_CHARACTERS = 5;

/** Between a word and the number that it names: `version number is 1.2.3.4`. */
const FILLERS: ReadonlySet<string> = new Set(["no", "nr", "num", "number", "is", "was"]);

interface Phrase {
  readonly words: readonly string[];
  readonly isWhole: boolean;
  readonly isNext: boolean;
}

/** Words that speak for a kind of entity, or against it, by the first two letters of the first. */
export type Words = ReadonlyMap<string, readonly Phrase[]>;

const KEY_LETTERS = 2;

/**
 * Words in lower case, each of which stands for all that begin with it; one with `$` at its end for itself alone, one with `!` for itself
 * right before the entity. In a phrase the words follow each other, whatever stands between: `tax id` is found in `tax_id` and `taxId`.
 */
export function words(...sources: readonly string[]): Words {
  const found = new Map<string, Phrase[]>();
  for (const source of sources) {
    const phrase = {
      words: source.replace(/[$!]$/, "").split(" "),
      isWhole: /[$!]$/.test(source),
      isNext: source.endsWith("!"),
    };
    const key = phrase.words[0]!.slice(0, KEY_LETTERS);
    found.set(key, [...(found.get(key) ?? []), phrase]);
  }
  return found;
}

/** The words before a place, in order, each with the place behind it. */
export class Context {
  readonly #place: number;
  readonly #words: { readonly word: string; readonly end: number }[] = [];

  constructor(text: string, place: number) {
    this.#place = place;
    const from = Math.max(0, place - CONTEXT_CHARACTERS);
    let start = -1;
    let last: Kind = Kind.OTHER;
    for (let at = from; at <= place; at += 1) {
      const kind = at < place ? kindOf(text.charCodeAt(at)) : Kind.OTHER;
      const isLetter = kind === Kind.LETTER || kind === Kind.UPPER;
      const begins = isLetter && (start < 0 || (kind === Kind.UPPER && last === Kind.LETTER));
      if (start >= 0 && (!isLetter || begins)) {
        this.#words.push({ word: text.slice(start, at).toLowerCase(), end: at });
        start = -1;
      }
      if (begins) start = at;
      last = kind;
    }
  }

  /**
   * What is said by whoever stands nearer. A word against between a word for and the entity takes away what that one gave; right before
   * the entity it is what the entity is called, whatever was said farther back: `client version 1.2.3.4`.
   */
  verdict(raising: Words | undefined, lowering: Words | undefined): Verdict {
    const raised = raising && this.#nearest(raising);
    const lowered = lowering && this.#nearest(lowering);
    const isAgainst = lowered !== undefined && lowered.distance <= AGAINST_CHARACTERS;
    if (raised === undefined) return { says: isAgainst ? "against" : "nothing", distance: 0 };
    const { distance } = raised;
    if (!isAgainst || lowered.distance >= distance) return { says: "for", distance };
    return { says: this.#isName(lowered.last) ? "against" : "nothing", distance };
  }

  /** Of the words the nearest: characters from it to the place, and which word it ends with; undefined when there is none. */
  #nearest(wanted: Words): { readonly distance: number; readonly last: number } | undefined {
    for (let i = this.#words.length - 1; i >= 0; i -= 1) {
      for (const phrase of wanted.get(this.#words[i]!.word.slice(0, KEY_LETTERS)) ?? []) {
        const distance = this.#distanceOf(phrase, i);
        if (distance !== undefined) return { distance, last: i + phrase.words.length - 1 };
      }
    }
    return undefined;
  }

  /** Whether nothing but fillers stands between the word and the place. */
  #isName(word: number): boolean {
    return this.#words.slice(word + 1).every((one) => FILLERS.has(one.word));
  }

  #distanceOf({ words, isWhole, isNext }: Phrase, first: number): number | undefined {
    const last = this.#words[first + words.length - 1];
    if (!last) return undefined;
    for (const [i, word] of words.entries()) {
      const said = this.#words[first + i]!.word;
      if (isWhole ? said !== word : !said.startsWith(word)) return undefined;
    }
    const distance = this.#place - last.end;
    return isNext && distance > NEXT_CHARACTERS ? undefined : distance;
  }
}

/** What the words before an entity say about it. */
export interface Verdict {
  readonly says: "for" | "against" | "nothing";
  /** Characters to the word that speaks for it. */
  readonly distance: number;
}
