import type { Identifier, Name } from "../ast/name.ts";
import { syntaxFault } from "./fault.ts";
import type { Parser } from "./parser.ts";
import { reservedEverywhere } from "./reserved.ts";

/** A name of at most `parts` parts. */
function parseShortName(parser: Parser, parts: number, what: string): Name {
  const name = parser.name(what);
  if (name.parts.length > parts)
    throw syntaxFault(name.at, `${what} has ${parts} part${parts === 1 ? "" : "s"} at most.`);
  return name;
}

/** A catalog's name: one part. */
export function parseCatalogName(parser: Parser): Name {
  return parseShortName(parser, 1, "A catalog's name");
}

/** A schema's name: `schema` or `catalog.schema`. */
export function parseSchemaName(parser: Parser): Name {
  return parseShortName(parser, 2, "A schema's name");
}

/** A name's part as a name by itself: what is a name behind a dot alone is as good as written in back-ticks. */
export function byItself(part: Identifier): Identifier {
  return reservedEverywhere.has(part.text.toUpperCase()) ? Object.freeze({ ...part, quoted: true }) : part;
}

/** Reads `IF NOT EXISTS` when it stands here. */
export function acceptIfNotExists(parser: Parser): boolean {
  return parser.accept("IF NOT EXISTS");
}

/** Reads `COMMENT '…'` when it stands here. */
export function acceptComment(parser: Parser): string | null {
  return parser.isWord("COMMENT") && parser.peek(1).kind === "string" && parser.accept("COMMENT")
    ? parser.string()
    : null;
}
