import { automaton, type Node, step } from "./automaton.ts";
import { folded, isParted, isWord } from "./folding.ts";

/**
 * How a text is read for words: marks that Markdown hides in a word are nothing to one reading and part words in the other, as
 * nobody knows which is meant; JSON within a text writes a line's end as `\\n`, which to one reading is no letter; keywords with signs
 * of their own (`C++`) are read sign by sign.
 */
type Reading = "parted" | "joined" | "escaped" | "literal";

const hidden = new Set(["*", "_", "`", "~"]);
/** Letters that stand for blanks behind a backslash. */
const blankEscapes = new Set(["b", "f", "n", "r", "t"]);
const space = /^\s$/u;
/** What a keyword may hold beside words and still be one of words. */
const betweenWords = /^[\s\p{Pd}_.,'’/&:]$/u;

/** What one character is to a reading: its units, in which a space stands for all that parts words. */
function unitsOf(character: string, reading: Reading): string {
  if (reading === "joined" && hidden.has(character)) return "";
  let units = "";
  for (const one of folded(character)) {
    if (isWord(one)) units += one;
    else if (reading === "literal") units += space.test(one) ? " " : one;
    else units += " ";
  }
  return units;
}

function readAs(keyword: string, reading: Reading): string {
  const units = [...keyword].map((character) => unitsOf(character, reading)).join("");
  return units.replaceAll(/ +/g, " ").trim();
}

const isOfWords = (keyword: string): boolean =>
  [...keyword].every((character) => isWord(folded(character)[0] ?? " ") || betweenWords.test(character));

/** What is compared of a keyword; empty when nothing of it shows. */
export const comparedOf = (keyword: string): string => readAs(keyword, isOfWords(keyword) ? "parted" : "literal");

interface Compiled {
  readonly reading: Reading;
  readonly patterns: readonly string[];
  readonly root: Node;
  readonly length_max: number;
}

/** Keywords, ready to be looked for. */
export class Keywords {
  readonly compiled: readonly Compiled[];

  constructor(keywords: readonly string[]) {
    const words = keywords.filter(isOfWords);
    const signs = keywords.filter((one) => !isOfWords(one));
    this.compiled = [
      ...(words.length > 0 ? [compile(words, "parted"), compile(words, "joined"), compile(words, "escaped")] : []),
      ...(signs.length > 0 ? [compile(signs, "literal")] : []),
    ];
  }

  /** Whether one of them stands in the text. */
  areIn(text: string): boolean {
    const watch = new KeywordWatch(this);
    watch.push(text);
    watch.end();
    return watch.isBlocked;
  }
}

function compile(keywords: readonly string[], reading: Reading): Compiled {
  const patterns = keywords.map((one) => readAs(one, reading));
  return {
    reading,
    patterns,
    root: automaton(patterns),
    length_max: Math.max(...patterns.map((one) => [...one].length)),
  };
}

/** Reads a text for one reading. Places count UTF-16 units from the text's beginning. */
class Reader {
  readonly #compiled: Compiled;
  #node: Node;
  /** The last units, of which as many are kept as a match and what stands before it take. */
  readonly #units: string[];
  readonly #places: number[];
  #count = 0;
  #isAfterSpace = true;
  /** The character before is a backslash that means the next one. */
  #isEscape = false;
  /** Where a match begins that counts unless the word goes on. */
  #pending: number | undefined;

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
    this.#node = compiled.root;
    this.#units = new Array(compiled.length_max + 1).fill(" ");
    this.#places = new Array(compiled.length_max + 1).fill(0);
  }

  /** @returns where a keyword begins that is now seen whole. */
  read(character: string, place: number): number | undefined {
    const { reading } = this.#compiled;
    const isMeant = reading === "escaped" && this.#isEscape && blankEscapes.has(character);
    this.#isEscape = character === "\\" && !this.#isEscape;
    for (const unit of isMeant ? " " : unitsOf(character, reading)) {
      if (unit === " " && this.#isAfterSpace) continue;
      this.#isAfterSpace = unit === " ";
      const hit = this.#step(unit, place);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  /** @returns where a keyword begins that the text ends with. */
  end(): number | undefined {
    return this.#pending;
  }

  /** From where on the text may still be a keyword; undefined when none has begun. */
  get from(): number | undefined {
    const begun = this.#node.depth > 0 ? this.#places[this.#slot(this.#count - this.#node.depth)] : undefined;
    return this.#pending === undefined ? begun : Math.min(this.#pending, begun ?? this.#pending);
  }

  #step(unit: string, place: number): number | undefined {
    if (this.#pending !== undefined && !isWord(unit)) return this.#pending;
    this.#pending = undefined;
    const slot = this.#slot(this.#count);
    this.#units[slot] = unit;
    this.#places[slot] = place;
    this.#count += 1;
    this.#node = step(this.#compiled.root, this.#node, unit);
    for (const { index, length } of this.#node.ends) {
      const pattern = this.#compiled.patterns[index]!;
      const start = this.#count - length;
      const before = start === 0 ? " " : this.#units[this.#slot(start - 1)]!;
      if (isWord(before) && isParted(firstOf(pattern))) continue;
      const begins = this.#places[this.#slot(start)]!;
      if (!isParted(lastOf(pattern))) return begins;
      this.#pending = Math.min(begins, this.#pending ?? begins);
    }
    return undefined;
  }

  #slot(index: number): number {
    return index % this.#units.length;
  }
}

const firstOf = (pattern: string): string => String.fromCodePoint(pattern.codePointAt(0)!);
const lastOf = (pattern: string): string => [...pattern.slice(-2)].at(-1)!;

const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

/**
 * Ends a text that arrives in pieces where a keyword begins. What may become a keyword is held back: its length, and as many
 * invisible characters and blanks as stand in it.
 */
export class KeywordWatch {
  readonly #readers: readonly Reader[];
  /** What has not left, and where it begins. It may grow by single characters, so that it is read nowhere but where it leaves. */
  #held = "";
  #from = 0;
  /** Up to where the text is read, and the first half of a character whose second has not come. */
  #read = 0;
  #half = "";
  #isBlocked = false;

  constructor(keywords: Keywords) {
    this.#readers = keywords.compiled.map((one) => new Reader(one));
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** @returns what is no beginning of a keyword. */
  push(text: string): string {
    if (this.#isBlocked) return "";
    this.#held += text;
    return this.#release(this.#half + text, false);
  }

  /** @returns the rest: the text is complete. */
  end(): string {
    if (this.#isBlocked) return "";
    const released = this.#release(this.#half, true);
    if (this.#isBlocked) return released;
    const hits = this.#readers.map((one) => one.end()).filter((one) => one !== undefined);
    return released + (hits.length > 0 ? this.#block(Math.min(...hits)) : this.#leave(this.#from + this.#held.length));
  }

  #release(text: string, isComplete: boolean): string {
    this.#half = "";
    for (const character of text) {
      if (isHigh(character.charCodeAt(0)) && character.length === 1 && !isComplete) {
        const isLast = this.#read + 1 === this.#from + this.#held.length;
        if (isLast) {
          this.#half = character;
          break;
        }
      }
      for (const reader of this.#readers) {
        const hit = reader.read(character, this.#read);
        if (hit !== undefined) return this.#block(hit);
      }
      this.#read += character.length;
    }
    return this.#leave(Math.min(this.#read, ...this.#readers.map((one) => one.from ?? this.#read)));
  }

  #block(place: number): string {
    this.#isBlocked = true;
    const released = this.#leave(place);
    this.#held = "";
    return released;
  }

  #leave(place: number): string {
    const count = place - this.#from;
    if (count <= 0) return "";
    const left = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    this.#from += count;
    return left;
  }
}
