import type { Position } from "../ast/position.ts";
import { syntaxFault } from "./fault.ts";
import { IDENTIFIER_CHARACTERS_MAX } from "./limits.ts";
import type { Source } from "./source.ts";

/** Spark's escapes, "string literal" in its SQL reference. `\%` and `\_` keep their backslash, for LIKE; others drop it. */
const escapes: Readonly<Record<string, string>> = Object.freeze({
  "0": "\u0000",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001a",
  "%": "\\%",
  _: "\\_",
});

interface Escaped {
  readonly value: string;
  readonly length: number;
}

function codePoint(hex: string, at: Position): string {
  const point = Number.parseInt(hex, 16);
  if (point > 0x10ffff) throw syntaxFault(at, `\\U${hex} is no Unicode character.`);
  return String.fromCodePoint(point);
}

/** The escape that begins with the backslash at `source.offset`. */
function readEscape(source: Source, at: Position): Escaped {
  const rest = source.text.slice(source.offset + 1, source.offset + 10);
  const long = /^U([0-9A-Fa-f]{8})/.exec(rest);
  if (long?.[1] !== undefined) return { value: codePoint(long[1], at), length: 10 };
  const short = /^u([0-9A-Fa-f]{4})/.exec(rest);
  if (short?.[1] !== undefined) return { value: codePoint(short[1], at), length: 6 };
  const octal = /^[0-3][0-7]{2}/.exec(rest);
  if (octal !== null) return { value: String.fromCodePoint(Number.parseInt(octal[0], 8)), length: 4 };
  const next = rest.charAt(0);
  return { value: escapes[next] ?? next, length: 2 };
}

/** Reads the string that begins at the quote under `source`, backslash escapes resolved unless `raw`. Strings may span lines. */
export function readString(source: Source, at: Position, raw: boolean): string {
  const quote = source.peek();
  const pieces: string[] = [];
  source.offset += 1;
  let start = source.offset;
  const keep = () => pieces.push(source.text.slice(start, source.offset));
  for (;;) {
    const character = source.peek();
    if (character === "") throw syntaxFault(at, "This string is not closed.");
    if (character === "\u0000") throw syntaxFault(at, "A string holds the character U+0000; write it as \\0.");
    if (character === quote) {
      keep();
      source.offset += 1;
      if (raw || source.peek() !== quote) return pieces.join("");
      // A doubled quote stands for one quote, as in Databricks ("string type", literal syntax).
      start = source.offset;
      source.offset += 1;
    } else if (character === "\\" && !raw) {
      keep();
      if (source.peek(1) === "") throw syntaxFault(at, "This string is not closed.");
      const escaped = readEscape(source, at);
      pieces.push(escaped.value);
      source.offset += escaped.length;
      start = source.offset;
    } else {
      source.offset += 1;
    }
  }
}

/** Reads a back-ticked identifier; a doubled back-tick stands for one. Invisible characters are refused: they make look-alikes. */
export function readQuoted(source: Source, at: Position): string {
  let end = source.text.indexOf("`", source.offset + 1);
  while (end !== -1 && source.text.charAt(end + 1) === "`") end = source.text.indexOf("`", end + 2);
  if (end === -1) throw syntaxFault(at, "This back-ticked identifier is not closed.");
  const text = source.text.slice(source.offset + 1, end).replaceAll("``", "`");
  source.offset = end + 1;
  if (text.length > IDENTIFIER_CHARACTERS_MAX) {
    throw syntaxFault(at, `A name has more than ${IDENTIFIER_CHARACTERS_MAX} characters.`);
  }
  if (text === "") throw syntaxFault(at, "An identifier is empty.");
  if (/[\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u3164\uffa0]/u.test(text)) {
    throw syntaxFault(at, "A back-ticked identifier holds an invisible or control character.");
  }
  return text;
}
