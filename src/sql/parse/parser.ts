import type { Expression } from "../ast/expression.ts";
import type { Identifier, Name } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import type { Query, QueryBody } from "../ast/query.ts";
import type { TypeSyntax } from "../ast/type.ts";
import { syntaxFault } from "./fault.ts";
import { NESTING_DEPTH_MAX } from "./limits.ts";
import { reservedEverywhere } from "./reserved.ts";
import { showToken, type Token } from "./token.ts";

/** The rules that call each other in a circle; tied together in parse.ts. */
export interface Grammar {
  readonly expression: (parser: Parser) => Expression;
  /** Comparison and what binds tighter. */
  readonly operand: (parser: Parser) => Expression;
  readonly query: (parser: Parser) => Query;
  /** The rest of a query whose first operand has been read: set operations, ORDER BY, LIMIT. */
  readonly queryFrom: (parser: Parser, first: QueryBody) => Query;
  readonly type: (parser: Parser) => TypeSyntax;
}

/** A place in the tokens of one statement, with what every rule needs. Lives for one parse. */
export class Parser {
  readonly text: string;
  readonly grammar: Grammar;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;
  /** Halves of symbols that a closing `>` of a type took from: `>>` is two of them. */
  #taken = 0;

  constructor(text: string, tokens: readonly Token[], grammar: Grammar) {
    this.text = text;
    this.grammar = grammar;
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new TypeError("a token list ends with its end");
    return token;
  }

  get at(): Position {
    return this.peek().at;
  }

  /** Offset behind the token read last. */
  get end(): number {
    return this.#index === 0 ? 0 : this.peek(-1).end;
  }

  next(): Token {
    const token = this.peek();
    if (this.#index < this.#tokens.length - 1) this.#index += 1;
    return token;
  }

  /** Runs a rule one level deeper; beyond NESTING_DEPTH_MAX the statement is refused. */
  nest<T>(rule: () => T): T {
    this.#depth += 1;
    if (this.#depth > NESTING_DEPTH_MAX) {
      throw syntaxFault(this.at, `The statement nests deeper than ${NESTING_DEPTH_MAX} levels.`);
    }
    const result = rule();
    this.#depth -= 1;
    return result;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "word" && token.word === word;
  }

  /** True when the words stand here in this order, separated by single spaces in `words`. */
  isWords(words: string): boolean {
    return words.split(" ").every((word, index) => this.isWord(word, index));
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.symbol === symbol;
  }

  /** Reads the words when all of them stand here. */
  accept(words: string): boolean {
    if (!this.isWords(words)) return false;
    for (const _ of words.split(" ")) this.next();
    return true;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.next();
    return true;
  }

  expect(words: string): void {
    if (!this.accept(words)) throw this.unexpected(words);
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.unexpected(`'${symbol}'`);
  }

  unexpected(wanted: string): Error {
    return syntaxFault(this.at, `Syntax error at ${showToken(this.peek())}: expected ${wanted}.`);
  }

  /** Reads `>` closing a type, also as the first or second half of `>>` and `>>>`. */
  closeAngle(): void {
    const token = this.peek();
    const length = token.kind === "symbol" && /^>+$/.test(token.symbol) ? token.symbol.length : 0;
    if (length === 0) throw this.unexpected("'>'");
    this.#taken += 1;
    if (this.#taken < length) return;
    this.#taken = 0;
    this.next();
  }

  /** Items separated by commas, at least one. */
  list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.acceptSymbol(",")) items.push(item());
    return Object.freeze(items);
  }

  /** `(item, …)`, at least one. */
  parenthesised<T>(item: () => T): readonly T[] {
    this.expectSymbol("(");
    const items = this.list(item);
    this.expectSymbol(")");
    return items;
  }

  /** True when a name may begin here. */
  isIdentifier(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "quoted" || (token.kind === "word" && !reservedEverywhere.has(token.word));
  }

  identifier(what = "a name"): Identifier {
    const token = this.peek();
    if (!this.isIdentifier()) throw this.unexpected(what);
    this.next();
    return toIdentifier(token);
  }

  /** A name's part behind a dot, where every word is one. */
  part(): Identifier {
    const token = this.peek();
    if (token.kind !== "word" && token.kind !== "quoted") throw this.unexpected("a name");
    this.next();
    return toIdentifier(token);
  }

  /** `a[.b[.c]]` of an object. */
  name(what = "a name"): Name {
    const at = this.at;
    const parts = [this.identifier(what)];
    while (this.acceptSymbol(".")) parts.push(this.part());
    if (parts.length > 3) {
      throw syntaxFault(at, "An object's name has three parts at most: catalog.schema.name.");
    }
    return Object.freeze({ kind: "name", at, parts: Object.freeze(parts) });
  }

  /** A string; neighbouring ones are joined, as in Spark. */
  string(what = "a string"): string {
    if (this.peek().kind !== "string") throw this.unexpected(what);
    let value = "";
    for (let token = this.peek(); token.kind === "string"; token = this.peek()) {
      value += token.value;
      this.next();
    }
    return value;
  }

  /** What stands between `$$` and `$$`, as it is written. */
  dollar(what: string): string {
    const { kind, at, end } = this.peek();
    if (kind !== "dollar") throw this.unexpected(what);
    this.next();
    return this.text.slice(at.offset + "$$".length, end - "$$".length);
  }

  /** A whole number of at most `max`. */
  count(max: number, what: string): number {
    const token = this.peek();
    if (token.kind !== "number" || !token.plain || token.literal.kind !== "integer_literal")
      throw this.unexpected(what);
    if (token.literal.value > BigInt(max)) throw syntaxFault(token.at, `${what} may be ${max} at most.`);
    this.next();
    return Number(token.literal.value);
  }
}

function toIdentifier(token: Token): Identifier {
  if (token.kind !== "word" && token.kind !== "quoted") throw new TypeError("a name is a word or back-ticked");
  return Object.freeze({ kind: "identifier", at: token.at, text: token.text, quoted: token.kind === "quoted" });
}
