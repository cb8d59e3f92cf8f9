import type { ChangeOwner } from "../ast/container.ts";
import type { SecurableReference } from "../ast/securable.ts";
import type { ChangeTags } from "../ast/tag.ts";
import type { ChangeColumnMask, ChangeRowFilter } from "../ast/writing.ts";
import { unsupportedFault } from "./fault.ts";
import type { Parser } from "./parser.ts";
import { parseMask, parseRowFilter } from "./policy.ts";
import { refusedAlterations } from "./refused.ts";
import { acceptKind, parsePrincipal, parseSecurableName } from "./securable.ts";
import { acceptTagChange } from "./tag.ts";

type Alteration = ChangeOwner | ChangeRowFilter | ChangeColumnMask | ChangeTags;

function parseColumnChange(
  parser: Parser,
  at: Alteration["at"],
  target: SecurableReference,
  table: ChangeColumnMask["table"],
): ChangeColumnMask | ChangeTags {
  parser.accept("COLUMN");
  const column = parser.identifier("a column's name");
  if (parser.isSymbol(".")) throw unsupportedFault(column.at, "A change of a nested column");
  const tags = acceptTagChange(parser);
  if (tags) return Object.freeze({ kind: "change_tags", at, target, column, ...tags });
  if (target.word !== "TABLE")
    throw unsupportedFault(parser.at, "ALTER VIEW … ALTER COLUMN other than SET TAGS and UNSET TAGS");
  if (parser.accept("SET MASK")) {
    return Object.freeze({ kind: "change_column_mask", at, table, column, mask: parseMask(parser) });
  }
  if (parser.accept("DROP MASK")) return Object.freeze({ kind: "change_column_mask", at, table, column, mask: null });
  throw unsupportedFault(parser.at, "ALTER COLUMN other than SET MASK, DROP MASK, SET TAGS and UNSET TAGS");
}

function refuse(parser: Parser, target: SecurableReference): never {
  const words = refusedAlterations.find((spelling) => parser.isWords(spelling));
  if (words !== undefined) throw unsupportedFault(parser.at, `ALTER ${target.word} … ${words}`);
  throw parser.unexpected("OWNER TO, SET TAGS, UNSET TAGS, SET ROW FILTER, DROP ROW FILTER or ALTER COLUMN");
}

/** `ALTER …`: owners, tags, row filters and column masks. */
export function parseAlter(parser: Parser): Alteration {
  const { at } = parser;
  parser.expect("ALTER");
  const targetAt = parser.at;
  const word = acceptKind(parser, ["CATALOG", "SCHEMA", "TABLE", "VIEW", "FUNCTION"]);
  if (word === undefined) throw parser.unexpected("CATALOG, SCHEMA, TABLE, VIEW or FUNCTION");
  const target = parseSecurableName(parser, word, targetAt);
  if (parser.accept("SET OWNER TO") || parser.accept("OWNER TO")) {
    return Object.freeze({ kind: "change_owner", at, target, owner: parsePrincipal(parser) });
  }
  if (word === "FUNCTION" && (parser.isWords("SET TAGS") || parser.isWords("UNSET TAGS")))
    throw unsupportedFault(parser.at, "Tags on functions");
  const tags = acceptTagChange(parser);
  if (tags) return Object.freeze({ kind: "change_tags", at, target, column: null, ...tags });
  if (target.type !== "TABLE" || target.name === null) return refuse(parser, target);
  const table = target.name;
  if (parser.accept("ALTER") || parser.accept("CHANGE")) return parseColumnChange(parser, at, target, table);
  if (word !== "TABLE") return refuse(parser, target);
  if (parser.accept("SET ROW FILTER")) {
    return Object.freeze({ kind: "change_row_filter", at, table, filter: parseRowFilter(parser) });
  }
  if (parser.accept("DROP ROW FILTER")) return Object.freeze({ kind: "change_row_filter", at, table, filter: null });
  return refuse(parser, target);
}
