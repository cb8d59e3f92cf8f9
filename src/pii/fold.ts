import { folded } from "./characters.ts";

/** A text as it is matched, and where each of its characters stood before. */
export interface Folded {
  readonly text: string;
  /** The original's offset of each character, and of the end. */
  readonly offsets: readonly number[];
}

/** Names in HTML of what entities are made of. Source: the HTML standard's table of named character references. */
const named: Readonly<Record<string, string>> = {
  amp: "&",
  commat: "@",
  period: ".",
  nbsp: " ",
  ensp: " ",
  emsp: " ",
  thinsp: " ",
  plus: "+",
  hyphen: "-",
  dash: "-",
  ndash: "-",
  mdash: "-",
  minus: "-",
  lowbar: "_",
  lpar: "(",
  rpar: ")",
  colon: ":",
  sol: "/",
  num: "#",
  shy: "",
  zwj: "",
  zwnj: "",
  ZeroWidthSpace: "",
  NoBreak: "",
  quot: '"',
  apos: "'",
  lt: "<",
  gt: ">",
};

/**
 * One written-out character: HTML by number or name, JSON and JavaScript, URL, quoted-printable (and its soft line break).
 * Quoted-printable is read for the `@` alone: `=41` after a name is an assignment more often than a letter.
 */
const writtenOut =
  /&#0{0,6}(\d{2,6})(?!\d);?|&#[xX]0{0,6}([0-9a-fA-F]{2,5})(?![0-9a-fA-F]);?|&([A-Za-z]{2,14});|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|%([2-7][0-9A-Fa-f])|=(40)(?=[A-Za-z])|(=\r?\n)/y;

const lastCode = 0x10ffff;

function meaning(match: RegExpExecArray): string | undefined {
  const [, decimal, hex, name, unit, byte, percent, printable, soft] = match;
  if (soft !== undefined) return "";
  if (name !== undefined) return named[name];
  const code =
    decimal !== undefined ? Number(decimal) : Number.parseInt((hex ?? unit ?? byte ?? percent ?? printable)!, 16);
  if (code > lastCode) return undefined;
  return folded(String.fromCodePoint(code));
}

/**
 * The text with full width, digits of other scripts, kinds of space, invisible characters and written-out characters replaced by
 * what they stand for. Each character of the result comes from one place of the original.
 */
export function fold(text: string): Folded {
  const offsets: number[] = [];
  let out = "";
  let at = 0;
  const put = (meant: string, length: number): void => {
    for (let unit = 0; unit < meant.length; unit += 1) offsets.push(at);
    out += meant;
    at += length;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x26 || code === 0x25 || code === 0x3d || code === 0x5c) {
      writtenOut.lastIndex = at;
      const match = writtenOut.exec(text);
      const meant = match ? meaning(match) : undefined;
      if (meant !== undefined) {
        put(meant, match![0].length);
        continue;
      }
    }
    if (code < 128) {
      put(text[at]!, 1);
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at)!);
    const meant = folded(character);
    put(meant, character.length);
  }
  offsets.push(at);
  return { text: out, offsets };
}
