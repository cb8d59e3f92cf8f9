import type { Star } from "../ast/expression.ts";
import type { Identifier, Name } from "../ast/name.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import type { Parser } from "./parser.ts";

/** How many tokens `a.b.` before a `*` takes, or -1 when no star stands here. */
function starAhead(parser: Parser): number {
  let ahead = 0;
  while (parser.peek(ahead).kind === "quoted" || parser.peek(ahead).kind === "word") {
    if (!parser.isSymbol(".", ahead + 1)) return -1;
    ahead += 2;
  }
  return parser.isSymbol("*", ahead) ? ahead : -1;
}

function parseExcept(parser: Parser): readonly Name[] {
  if (!parser.isWord("EXCEPT") || !parser.isSymbol("(", 1)) return Object.freeze([]);
  // `SELECT * EXCEPT (SELECT …)` is the set operation.
  if (parser.isWord("SELECT", 2) || parser.isWord("VALUES", 2) || parser.isWord("WITH", 2) || parser.isSymbol("(", 2)) {
    return Object.freeze([]);
  }
  parser.next();
  return parser.parenthesised(() => parser.name("a column"));
}

/** `*` or `t.*`, with EXCEPT; undefined when none stands here. */
export function parseStar(parser: Parser): Star | undefined {
  const { at } = parser;
  const ahead = starAhead(parser);
  if (ahead === -1) return undefined;
  const parts: Identifier[] = [];
  for (let read = 0; read < ahead; read += 2) {
    parts.push(parts.length === 0 ? parser.identifier("a table's name") : parser.part());
    parser.expectSymbol(".");
  }
  parser.expectSymbol("*");
  if (parts.length > 3) throw syntaxFault(at, "A table's name has three parts at most.");
  const qualifier: Name | null =
    parts.length === 0 ? null : Object.freeze({ kind: "name", at, parts: Object.freeze(parts) });
  const except = parseExcept(parser);
  for (const word of ["EXCLUDE", "REPLACE", "RENAME"]) {
    if (parser.isWord(word) && (word === "EXCLUDE" || parser.isSymbol("(", 1))) {
      throw unsupportedFault(parser.at, `* ${word}`, "Use * EXCEPT (…) and name the columns.");
    }
  }
  return Object.freeze({ kind: "star", at, qualifier, except });
}
