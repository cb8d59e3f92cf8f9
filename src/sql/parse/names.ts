import type { Name } from "../ast/name.ts";
import { syntaxFault } from "./fault.ts";
import type { Parser } from "./parser.ts";

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
