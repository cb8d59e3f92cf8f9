import { Kind, kindOf } from "./characters.ts";
import type { Traits } from "./detector.ts";
import type { Names } from "./names.ts";

/**
 * The longest that an entity may be, written-out characters and invisible ones counted as they stand: an address of 128 characters
 * with each written as `&#x40;` is shorter.
 */
export const REACH_CHARACTERS = 1024;

/**
 * The most that is held back: text in which no place shows where an entity would have to end is examined in windows of this size.
 * Twice the reach, so that whatever begins in a window's first half is seen whole, and each character is examined twice at most.
 */
export const HOLD_BACK_CHARACTERS_MAX = 2 * REACH_CHARACTERS;

/** A piece of text that holds the whole of every entity that begins in it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** Ends where the window does; an entity may begin in it and go on behind it. */
  readonly isCut: boolean;
  /** Something in it has to be read as another character. */
  readonly isFolded: boolean;
  readonly traits: Traits;
}

const DIGITS_MIN = 4;
const COLONS_MIN = 2;
/** A group of capitals in an account number has four at most, a prefix in front of digits three. */
const GROUP_CAPITALS_MAX = 4;
const PREFIX_CAPITALS_MAX = 3;

/** Of one word of a name. */
const NAME_CHARACTERS_MAX = 48;

const NEW_LINE = 0x0a;
const RETURN = 0x0d;
const EQUALS = 0x3d;
const ASCII_SPACE = 0x20;

/** Open brackets, signs and separators: with one of these a group of digits begins or goes on. */
const groupBegins = (code: number): boolean =>
  code === 0x28 || code === 0x2b || code === 0x2d || code === 0x2e || code === 0x2f || code === 0x23;

const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

/**
 * Divides a text, in one pass over its codes, at places that no entity crosses. Whether a place is one is seen from what stands before
 * it and at most five characters behind, never from what may come later: so a text divides the same way whether it is there at
 * once or arrives in pieces. What holds nothing (no `@`, too few digits) is passed over without a word.
 */
export class Stretches {
  readonly #names: Names | undefined;
  readonly #all: boolean;
  /** Where the stretch begins, and where reading goes on. */
  #start = 0;
  #at = 0;
  #digits = 0;
  #colons = 0;
  #ats = 0;
  #folds = 0;
  /** Since the last space. */
  #capitals = 0;
  #small = 0;

  /** @param all whether stretches that hold nothing by their traits are wanted too */
  constructor(names: Names | undefined, all: boolean) {
    this.#names = names;
    this.#all = all;
  }

  /** Everything before it is divided. */
  get start(): number {
    return this.#start;
  }

  /** Goes on from `place`, whatever was read behind it. */
  restart(place: number): void {
    this.#start = place;
    this.#at = place;
    this.#digits = 0;
    this.#colons = 0;
    this.#ats = 0;
    this.#folds = 0;
    this.#capitals = 0;
    this.#small = 0;
  }

  /** The text has lost its first `count` characters. */
  forget(count: number): void {
    this.#start -= count;
    this.#at -= count;
  }

  /** The next stretch; undefined when there is none, or none yet because the text is not complete. */
  next(text: string, isComplete: boolean): Stretch | undefined {
    while (this.#at < text.length) {
      if (this.#at - this.#start >= HOLD_BACK_CHARACTERS_MAX) return this.#stretch(this.#at, true);
      const end = this.#read(text, isComplete);
      if (end === undefined) return undefined;
      if (end === 0) continue;
      const found = this.#hasSomething() ? this.#stretch(this.#at, false) : undefined;
      this.restart(end);
      if (found) return found;
    }
    if (!isComplete) return undefined;
    const found = this.#start < text.length && this.#hasSomething() ? this.#stretch(text.length, false) : undefined;
    this.restart(text.length);
    return found;
  }

  /** Reads up to the stretch's end or its greatest size. @returns the end; 0 when there is none yet; undefined when more text decides. */
  #read(text: string, isComplete: boolean): number | undefined {
    const limit = Math.min(text.length, this.#start + HOLD_BACK_CHARACTERS_MAX);
    for (; this.#at < limit; this.#at += 1) {
      const code = text.charCodeAt(this.#at);
      switch (kindOf(code)) {
        case Kind.LETTER:
          this.#small += 1;
          break;
        case Kind.SPACE: {
          const goesOn = this.#goesOnBehind(text, this.#at, isComplete);
          if (goesOn === undefined) return undefined;
          if (!goesOn) return this.#at + 1;
          this.#capitals = 0;
          this.#small = 0;
          if (code !== ASCII_SPACE) this.#folds += 1;
          break;
        }
        case Kind.UPPER:
          this.#capitals += 1;
          break;
        case Kind.DIGIT:
          this.#digits += 1;
          break;
        case Kind.BREAK: {
          if (this.#isSoft(text, code)) break;
          if (!isHigh(code)) return this.#at + 1;
          if (this.#at + 1 === text.length && !isComplete) return undefined;
          return Math.min(text.length, this.#at + 2);
        }
        case Kind.AT:
          this.#ats += 1;
          break;
        case Kind.COLON:
          this.#colons += 1;
          break;
        case Kind.ESCAPE:
        case Kind.FOLDED:
          this.#folds += 1;
          break;
        case Kind.OTHER:
          break;
      }
    }
    return 0;
  }

  /** A line that quoted-printable ends with `=` goes on in the next one. */
  #isSoft(text: string, code: number): boolean {
    if (code !== NEW_LINE && code !== RETURN) return false;
    const before = this.#at > this.#start ? text.charCodeAt(this.#at - 1) : 0;
    if (before === EQUALS) return true;
    return (
      code === NEW_LINE && before === RETURN && this.#at - 1 > this.#start && text.charCodeAt(this.#at - 2) === EQUALS
    );
  }

  /** Whether an entity in groups may go on behind the space at `at`; undefined when that is not to be seen yet. */
  #goesOnBehind(text: string, at: number, isComplete: boolean): boolean | undefined {
    const isName = this.#names?.mayGoOn(text.slice(Math.max(this.#start, at - NAME_CHARACTERS_MAX), at)) ?? false;
    if (!isName && !this.#isGroup(text, at)) return false;
    if (at + 1 === text.length) return isComplete ? false : undefined;
    const code = text.charCodeAt(at + 1);
    const kind = kindOf(code);
    if (kind === Kind.DIGIT || kind === Kind.FOLDED || kind === Kind.ESCAPE || groupBegins(code)) return true;
    if (isName && (kind === Kind.UPPER || kind === Kind.LETTER)) return true;
    return kind === Kind.UPPER ? isCapitals(text, at + 1, isComplete) : false;
  }

  /** Whether what stands before the space at `at` can be a group of an entity. */
  #isGroup(text: string, at: number): boolean {
    if (this.#digits > 0 || this.#folds > 0) return true;
    if (this.#small === 0 && this.#capitals > 0 && this.#capitals <= PREFIX_CAPITALS_MAX) return true;
    return at > this.#start && groupBegins(text.charCodeAt(at - 1));
  }

  #hasSomething(): boolean {
    return this.#all || this.#ats > 0 || this.#folds > 0 || this.#digits >= DIGITS_MIN || this.#colons >= COLONS_MIN;
  }

  #stretch(end: number, isCut: boolean): Stretch {
    const start = this.#start;
    const traits = { digits: this.#digits, colons: this.#colons, ats: this.#ats, length: end - start };
    return { start, end, isCut, isFolded: this.#folds > 0, traits };
  }
}

/** Whether capitals and digits that begin at `from` are few enough for a group. */
function isCapitals(text: string, from: number, isComplete: boolean): boolean | undefined {
  for (let at = from; at <= from + GROUP_CAPITALS_MAX; at += 1) {
    if (at === text.length) return isComplete ? true : undefined;
    const kind = kindOf(text.charCodeAt(at));
    if (kind === Kind.LETTER) return false;
    if (kind !== Kind.UPPER && kind !== Kind.DIGIT) return true;
  }
  return false;
}

/** What a text has of each, for one whose characters were replaced. */
export function traitsOf(text: string, from: number): Traits {
  let [digits, colons, ats] = [0, 0, 0];
  for (let at = from; at < text.length; at += 1) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind === Kind.DIGIT) digits += 1;
    else if (kind === Kind.COLON) colons += 1;
    else if (kind === Kind.AT) ats += 1;
  }
  return { digits, colons, ats, length: text.length - from };
}

/** A place that does not part the two units of one character. */
export function wholeCharacter(text: string, place: number): number {
  return place > 0 && isHigh(text.charCodeAt(place - 1)) ? place - 1 : place;
}

/** Whether what cannot be divided goes on at `at`. */
export function isWithin(text: string, at: number): boolean {
  const kind = kindOf(text.charCodeAt(at));
  return kind !== Kind.BREAK && kind !== Kind.SPACE;
}
