import { scimFault } from "./faults.ts";

/** A filter of RFC 7644 section 3.4.2.2, of the operators that Databricks knows. Attribute names are in lower case. */
export type Filter =
  | { readonly kind: "compare"; readonly attribute: string; readonly operator: Operator; readonly value: string }
  | { readonly kind: "and"; readonly parts: readonly Filter[] }
  | { readonly kind: "or"; readonly parts: readonly Filter[] };

const operators = ["eq", "ne", "co", "sw"] as const;
export type Operator = (typeof operators)[number];

/** Deeper or longer filters are no person's and no client's. */
const TERMS_MAX = 100;
const FILTER_CHARACTERS_MAX = 10_000;

interface Token {
  readonly kind: "word" | "text" | "open" | "close";
  readonly text: string;
}

/**
 * Reads a filter: comparisons joined by `and` and `or`, of which `and` binds closer, with parentheses. Values stand in quotes,
 * or bare when they are one word.
 * @throws Fault INVALID_PARAMETER_VALUE (invalidFilter) naming what cannot be read.
 */
export function parseFilter(text: string): Filter {
  if (text.length > FILTER_CHARACTERS_MAX)
    throw scimFault("invalidFilter", `A filter has at most ${FILTER_CHARACTERS_MAX} characters.`);
  const reader = new Reader(tokensOf(text));
  const filter = reader.any();
  reader.end();
  return filter;
}

const TOKEN = /\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s()"']+))/y;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < trimmed.length; ) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(trimmed);
    if (!found) throw scimFault("invalidFilter", `The filter cannot be read from '${trimmed.slice(at, at + 20)}' on.`);
    const [, open, close, double, single, word] = found;
    if (open) tokens.push({ kind: "open", text: open });
    else if (close) tokens.push({ kind: "close", text: close });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else tokens.push({ kind: "text", text: (double ?? single ?? "").replaceAll(/\\(.)/g, "$1") });
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #terms = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  any(): Filter {
    return this.#joined("or", () => this.#joined("and", () => this.#term()));
  }

  end(): void {
    const left = this.#tokens[this.#at];
    if (left) throw scimFault("invalidFilter", `'${left.text}' is not expected where it stands in the filter.`);
  }

  #joined(word: "and" | "or", part: () => Filter): Filter {
    const parts = [part()];
    while (this.#isWord(word)) {
      this.#at += 1;
      parts.push(part());
    }
    return parts.length === 1 ? parts[0]! : { kind: word, parts };
  }

  #term(): Filter {
    this.#terms += 1;
    if (this.#terms > TERMS_MAX)
      throw scimFault("invalidFilter", `A filter has at most ${TERMS_MAX} comparisons and parentheses.`);
    const token = this.#next("an attribute");
    if (token.kind === "open") {
      const inner = this.any();
      if (this.#next("a closing parenthesis").kind !== "close")
        throw scimFault("invalidFilter", "A parenthesis of the filter is not closed.");
      return inner;
    }
    if (token.kind !== "word") throw scimFault("invalidFilter", `'${token.text}' is not an attribute.`);
    const operator = this.#next(`an operator behind '${token.text}'`).text.toLowerCase();
    if (!isOperator(operator))
      throw scimFault("invalidFilter", `'${operator}' is not an operator here: use ${operators.join(", ")}.`);
    const value = this.#next(`a value behind '${operator}'`);
    if (value.kind !== "text" && value.kind !== "word")
      throw scimFault("invalidFilter", `A value is expected behind '${operator}'.`);
    return { kind: "compare", attribute: token.text.toLowerCase(), operator, value: value.text };
  }

  #next(expected: string): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw scimFault("invalidFilter", `The filter ends where ${expected} is expected.`);
    this.#at += 1;
    return token;
  }

  #isWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "word" && token.text.toLowerCase() === word;
  }
}

const isOperator = (word: string): word is Operator => operators.some((one) => one === word);
