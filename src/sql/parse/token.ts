import type { Literal } from "../ast/literal.ts";
import type { Position } from "../ast/position.ts";

interface TokenBase {
  readonly at: Position;
  /** Offset behind the token's last character. */
  readonly end: number;
}

/** An unquoted word: a keyword or an identifier. `word` is upper-case, `text` as written. */
export interface WordToken extends TokenBase {
  readonly kind: "word";
  readonly word: string;
  readonly text: string;
}

/** A back-ticked identifier, the doubling removed. */
export interface QuotedToken extends TokenBase {
  readonly kind: "quoted";
  readonly text: string;
}

/** A string, escapes resolved; neighbours are joined by the parser. */
export interface StringToken extends TokenBase {
  readonly kind: "string";
  readonly value: string;
}

/** `$$…$$`, allowed only as a function's body. */
export interface DollarToken extends TokenBase {
  readonly kind: "dollar";
}

export interface NumberToken extends TokenBase {
  readonly kind: "number";
  readonly literal: Literal;
  /** Digits alone: may also be an index, a length or a count. */
  readonly plain: boolean;
}

export interface BinaryToken extends TokenBase {
  readonly kind: "binary";
  readonly hex: string;
}

export interface SymbolToken extends TokenBase {
  readonly kind: "symbol";
  readonly symbol: string;
}

export interface EndToken extends TokenBase {
  readonly kind: "end";
}

export type Token =
  | WordToken
  | QuotedToken
  | StringToken
  | DollarToken
  | NumberToken
  | BinaryToken
  | SymbolToken
  | EndToken;

/** A token as an error message shows it; long ones are cut, since a statement may be a megabyte. */
export function showToken(token: Token): string {
  const cut = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
  switch (token.kind) {
    case "word":
      return `'${cut(token.text)}'`;
    case "quoted":
      return `\`${cut(token.text)}\``;
    case "string":
      return "a string";
    case "dollar":
      return "'$$'";
    case "number":
      return "a number";
    case "binary":
      return "a binary literal";
    case "symbol":
      return `'${token.symbol}'`;
    case "end":
      return "the end of the statement";
  }
}
