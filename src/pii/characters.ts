/** What a character can be in an entity, from its code alone. */
export const Kind = {
  /** Ends whatever was before it. */
  BREAK: 0,
  /** Ends it too, unless an entity written in groups goes on behind it. */
  SPACE: 1,
  DIGIT: 2,
  UPPER: 3,
  /** A letter that is no ASCII capital. */
  LETTER: 4,
  AT: 5,
  COLON: 6,
  /** Begins what stands for another character: `&#64;`, `%40`, `=40`, `\u0040`. */
  ESCAPE: 7,
  /** Stands for an ASCII character or for none, and is replaced before matching. */
  FOLDED: 8,
  OTHER: 9,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Quotes, brackets and lists: no entity holds one of these. */
const BREAKS = '"<>{}[],|^`';
const ESCAPES = "&%=\\";

const ascii = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (code < 32 || code === 127 || BREAKS.includes(character)) return Kind.BREAK;
  if (character === " ") return Kind.SPACE;
  if (/[0-9]/.test(character)) return Kind.DIGIT;
  if (/[A-Z]/.test(character)) return Kind.UPPER;
  if (/[a-z]/.test(character)) return Kind.LETTER;
  if (character === "@") return Kind.AT;
  if (character === ":") return Kind.COLON;
  return ESCAPES.includes(character) ? Kind.ESCAPE : Kind.OTHER;
});

const spaces = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/;
/** Invisible where it stands: soft hyphen, joiners, marks of direction, selectors of form. */
const invisible =
  /\u034f|\u17b4|\u17b5|[\u180b-\u180e]|[\ufe00-\ufe0f]|[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/;
/** Dashes and dots of other scripts and widths. */
const punctuation = /[\u2010-\u2015\u2212\ufe58\ufe63\u2024\u3002\uff61\ufe52\ufe6b\u2215\u2044]/;
const digits = /\p{Nd}/u;
/** Latin with marks, Greek, Cyrillic: letters of addresses, and what passes for Latin in them. */
const letters = /[\u00c0-\u024f\u0370-\u0482\u048a-\u052f\u1e00-\u1fff]|\p{M}/u;
/** Full width, and the first unit of the letters and digits of mathematics. */
const forms = /[\uff01-\uff5e\u2070-\u2089\ud835]/;

function kindOfOther(code: number): Kind {
  const character = String.fromCharCode(code);
  if (spaces.test(character)) return Kind.SPACE;
  if (invisible.test(character) || punctuation.test(character) || forms.test(character)) return Kind.FOLDED;
  if (letters.test(character)) return Kind.LETTER;
  if (digits.test(character)) return Kind.FOLDED;
  return Kind.BREAK;
}

/** Of every UTF-16 unit; the second unit of a pair is of no kind of its own (`OTHER`), so that it stays with the first. */
const kinds = (() => {
  const all = new Uint8Array(0x10000);
  all.set(ascii);
  for (let code = 128; code < 0x10000; code += 1) all[code] = kindOfOther(code);
  all.fill(Kind.OTHER, 0xdc00, 0xe000);
  return all;
})();

export const kindOf = (code: number): Kind => kinds[code] as Kind;

/** Whether an ASCII letter or digit stands at a place. */
export function isAlphanumeric(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

const isInvisible = (character: string): boolean => invisible.test(character);

const isSpace = (character: string): boolean => spaces.test(character);

const plain: Readonly<Record<string, string>> = {
  "\u2024": ".",
  "\u3002": ".",
  "\uff61": ".",
  "\ufe52": ".",
  "\ufe6b": "@",
  "\u2215": "/",
  "\u2044": "/",
};

/** The value of a decimal digit of any script. Unicode keeps each script's ten in a row that begins with its zero. */
function digitOf(character: string): string | undefined {
  if (!digits.test(character)) return undefined;
  let zero = character.codePointAt(0)!;
  for (let steps = 0; steps < 9 && digits.test(String.fromCodePoint(zero - 1)); steps += 1) zero -= 1;
  return String((character.codePointAt(0)! - zero) % 10);
}

/** What a character stands for when texts are matched: nothing, an ASCII character, or itself. */
export function folded(character: string): string {
  if (isInvisible(character)) return "";
  if (isSpace(character)) return " ";
  const known = plain[character];
  if (known !== undefined) return known;
  if (punctuation.test(character)) return "-";
  const form = character.normalize("NFKC");
  if (/^[\x20-\x7e]$/.test(form)) return form;
  return digitOf(character) ?? character;
}
