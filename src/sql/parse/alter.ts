import type { ChangeOwner } from "../ast/container.ts";
import type { SecurableReference } from "../ast/securable.ts";
import type { ChangeColumnMask, ChangeRowFilter } from "../ast/writing.ts";
import { unsupportedFault } from "./fault.ts";
import type { Parser } from "./parser.ts";
import { parseMask, parseRowFilter } from "./policy.ts";
import { refusedAlterations } from "./refused.ts";
import { acceptKind, parsePrincipal, parseSecurableName } from "./securable.ts";

type Alteration = ChangeOwner | ChangeRowFilter | ChangeColumnMask;

function parseColumnChange(parser: Parser, at: Alteration["at"], table: ChangeColumnMask["table"]): ChangeColumnMask {
  parser.accept("COLUMN");
  const column = parser.identifier("a column's name");
  if (parser.isSymbol(".")) throw unsupportedFault(column.at, "A change of a nested column");
  if (parser.accept("SET MASK")) {
    return Object.freeze({ kind: "change_column_mask", at, table, column, mask: parseMask(parser) });
  }
  if (parser.accept("DROP MASK")) return Object.freeze({ kind: "change_column_mask", at, table, column, mask: null });
  throw unsupportedFault(parser.at, "ALTER COLUMN other than SET MASK and DROP MASK");
}

function refuse(parser: Parser, target: SecurableReference): never {
  const words = refusedAlterations.find((spelling) => parser.isWords(spelling));
  if (words !== undefined) throw unsupportedFault(parser.at, `ALTER ${target.word} … ${words}`);
  throw parser.unexpected("OWNER TO, SET ROW FILTER, DROP ROW FILTER or ALTER COLUMN");
}

/** `ALTER …`: owners, row filters and column masks. */
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
  if (word !== "TABLE" || target.name === null) return refuse(parser, target);
  const table = target.name;
  if (parser.accept("SET ROW FILTER")) {
    return Object.freeze({ kind: "change_row_filter", at, table, filter: parseRowFilter(parser) });
  }
  if (parser.accept("DROP ROW FILTER")) return Object.freeze({ kind: "change_row_filter", at, table, filter: null });
  if (parser.accept("ALTER") || parser.accept("CHANGE")) return parseColumnChange(parser, at, table);
  return refuse(parser, target);
}
