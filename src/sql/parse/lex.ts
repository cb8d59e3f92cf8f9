import { STATEMENT_TEXT_BYTES_MAX } from "#base/limits.ts";
import { Fault } from "#wire/errors.ts";
import type { Position } from "../ast/position.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { readNumber } from "./lex-number.ts";
import { readQuoted, readString } from "./lex-string.ts";
import { IDENTIFIER_CHARACTERS_MAX } from "./limits.ts";
import { Source } from "./source.ts";
import type { Token } from "./token.ts";

/** Longest first, since the first that fits is taken. */
// biome-ignore format: a table is read in columns
const symbols = [
  ">>>", "<=>", "?::",
  "::", "<=", ">=", "<>", "!=", "==", "||", "|>", "->", "=>", "<<", ">>",
  "(", ")", "[", "]", ",", ";", ".", ":", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "@", "?", "{", "}",
];

const wordShape = /[A-Za-z_][A-Za-z0-9_]*/y;

function refuseCharacter(source: Source, at: Position): never {
  const point = source.text.codePointAt(source.offset) ?? 0;
  const name = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  const advice = point > 127 ? " Names with such characters stand in back-ticks." : "";
  throw syntaxFault(at, `The character ${name} cannot stand here.${advice}`);
}

/** Skips `/* … *​/`, which nest as in Spark; a hint `/*+ … *​/` is one too. */
function skipBlockComment(source: Source, at: Position): void {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = source.offset;
  let depth = 0;
  for (let match = mark.exec(source.text); match !== null; match = mark.exec(source.text)) {
    depth += match[0] === "/*" ? 1 : -1;
    source.offset = mark.lastIndex;
    if (depth === 0) return;
  }
  throw syntaxFault(at, "This comment is not closed.");
}

function skipBlanks(source: Source): void {
  for (;;) {
    const character = source.peek();
    if (character === " " || character === "\n" || character === "\t" || character === "\r") {
      source.offset += 1;
    } else if (source.startsWith("--")) {
      // A backslash at the line's end continues the comment in Spark. Others disagree, so it is refused, not guessed at.
      const end = source.text.indexOf("\n", source.offset);
      const stop = end === -1 ? source.text.length : end;
      if (/\\\r?$/.test(source.text.slice(source.offset, stop))) {
        throw unsupportedFault(source.position(), "A comment continued by a backslash");
      }
      source.offset = stop;
    } else if (source.startsWith("/*")) {
      skipBlockComment(source, source.position());
    } else {
      return;
    }
  }
}

/** Reads a word, or the string that a prefix R or X announces. `U&'…'` is not of this dialect. */
function readWord(source: Source, at: Position): Token {
  wordShape.lastIndex = source.offset;
  const text = wordShape.exec(source.text)?.[0] ?? "";
  const word = text.toUpperCase();
  source.offset += text.length;
  const next = source.peek();
  const isQuote = next === "'" || next === '"';
  if (word === "R" && isQuote) return { kind: "string", at, value: readString(source, at, true), end: source.offset };
  if (word === "X" && isQuote) {
    const hex = readString(source, at, true).toLowerCase();
    if (!/^[0-9a-f]*$/.test(hex)) throw syntaxFault(at, "A binary literal holds hexadecimal digits only.");
    return { kind: "binary", at, hex: hex.length % 2 === 1 ? `0${hex}` : hex, end: source.offset };
  }
  if (isQuote && (word === "N" || word === "B" || word === "E")) {
    throw unsupportedFault(at, `A string with the prefix ${word}`, "Write it as '…', r'…' or X'…'.");
  }
  if (word === "U" && next === "&") throw unsupportedFault(at, "A string with the prefix U&", "Use \\uXXXX in '…'.");
  if (text.length > IDENTIFIER_CHARACTERS_MAX) {
    throw syntaxFault(at, `A name has more than ${IDENTIFIER_CHARACTERS_MAX} characters.`);
  }
  return { kind: "word", at, word, text, end: source.offset };
}

function readDollar(source: Source, at: Position): Token {
  const end = source.text.indexOf("$$", source.offset + 2);
  if (!source.startsWith("$$")) return refuseCharacter(source, at);
  if (end === -1) throw syntaxFault(at, "This $$ is not closed.");
  source.offset = end + 2;
  return { kind: "dollar", at, end: source.offset };
}

function readToken(source: Source): Token {
  const at = source.position();
  const character = source.peek();
  if (character === "") return { kind: "end", at, end: source.offset };
  if (/[A-Za-z_]/.test(character)) return readWord(source, at);
  if (/\d/.test(character) || (character === "." && /\d/.test(source.peek(1)))) {
    const { literal, plain } = readNumber(source, at);
    return { kind: "number", at, literal, plain, end: source.offset };
  }
  if (character === "'" || character === '"') {
    return { kind: "string", at, value: readString(source, at, false), end: source.offset };
  }
  if (character === "`") return { kind: "quoted", at, text: readQuoted(source, at), end: source.offset };
  if (character === "$") return readDollar(source, at);
  const symbol = symbols.find((candidate) => source.startsWith(candidate));
  if (symbol === undefined) return refuseCharacter(source, at);
  source.offset += symbol.length;
  return { kind: "symbol", at, symbol, end: source.offset };
}

/** True when `a.1` must be read as a field called 1, not as the number .1; Spark allows no such field, so it is refused there. */
function isNameBefore(token: Token | undefined): boolean {
  return token?.kind === "word" || token?.kind === "quoted" || (token?.kind === "symbol" && token.symbol === ")");
}

/**
 * The tokens of a statement text, the last one being the end. Comments and hints are dropped.
 * Throws REQUEST_TOO_LARGE beyond STATEMENT_TEXT_BYTES_MAX, BAD_REQUEST for a character or string outside the dialect.
 * Source: "Lexical structure" and "Literals" of Databricks' SQL reference; Spark's lexer rules.
 */
export function lex(text: string): readonly Token[] {
  if (Buffer.byteLength(text) > STATEMENT_TEXT_BYTES_MAX) {
    throw new Fault("REQUEST_TOO_LARGE", `A statement's text may have ${STATEMENT_TEXT_BYTES_MAX} bytes at most.`);
  }
  const source = new Source(text);
  const tokens: Token[] = [];
  for (;;) {
    skipBlanks(source);
    const token = readToken(source);
    if (token.kind === "number" && text.charAt(token.at.offset) === "." && isNameBefore(tokens.at(-1))) {
      const previous = tokens.at(-1);
      if (previous?.end === token.at.offset)
        throw syntaxFault(token.at, "A name's part cannot begin with a digit outside back-ticks.");
    }
    tokens.push(token);
    if (token.kind === "end") return tokens;
  }
}
