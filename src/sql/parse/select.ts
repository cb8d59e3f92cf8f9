import type { Expression } from "../ast/expression.ts";
import type { GroupBy, GroupItem, GroupSets, Select, SelectItem } from "../ast/query.ts";
import type { TableReference } from "../ast/table.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { parseLateralView } from "./lateral-view.ts";
import type { Parser } from "./parser.ts";
import { reservedAsBareAlias } from "./reserved.ts";
import { parseStar } from "./star.ts";
import { parseTable } from "./table.ts";
import { parseWindows } from "./window.ts";

function parseItem(parser: Parser): SelectItem {
  const { at } = parser;
  const star = parseStar(parser);
  if (star !== undefined) return Object.freeze({ kind: "select_item", at, value: star, alias: null });
  const value = parser.grammar.expression(parser);
  if (parser.isSymbol("->")) throw syntaxFault(parser.at, "A lambda stands only as an argument of a call.");
  const isNamed = parser.accept("AS");
  if (isNamed && parser.isSymbol("(")) {
    throw unsupportedFault(parser.at, "Several aliases of one item", "Use LATERAL VIEW … AS a, b.");
  }
  const token = parser.peek();
  const isBare = parser.isIdentifier() && !(token.kind === "word" && reservedAsBareAlias.has(token.word));
  // WINDOW is a clause only when a definition follows; elsewhere it may name things.
  const alias = isNamed ? parser.identifier("an alias") : isBare ? parser.identifier() : null;
  return Object.freeze({ kind: "select_item", at, value, alias });
}

/** `(a, b)`, `()` or `a`, as one grouping set. */
function parseSet(parser: Parser): readonly Expression[] {
  if (parser.isSymbol("(") && parser.isSymbol(")", 1)) {
    parser.next();
    parser.next();
    return Object.freeze([]);
  }
  const value = parser.grammar.expression(parser);
  return value.kind === "row" ? value.items : Object.freeze([value]);
}

function acceptSets(parser: Parser): GroupSets["form"] | undefined {
  for (const form of ["ROLLUP", "CUBE", "GROUPING SETS"] as const) {
    if (parser.isWords(form) && parser.isSymbol("(", form.split(" ").length)) {
      parser.accept(form);
      return form;
    }
  }
  return undefined;
}

function parseGroupItem(parser: Parser): GroupItem {
  const { at } = parser;
  const form = acceptSets(parser);
  if (form === undefined) {
    return Object.freeze({ kind: "group_expression", at, value: parser.grammar.expression(parser) });
  }
  const sets = parser.parenthesised(() => {
    const nested = ["ROLLUP", "CUBE", "GROUPING"].some((word) => parser.isWord(word)) && form === "GROUPING SETS";
    if (nested) throw unsupportedFault(parser.at, "ROLLUP, CUBE and GROUPING SETS inside GROUPING SETS");
    return parseSet(parser);
  });
  return Object.freeze({ kind: "group_sets", at, form, sets });
}

function parseGroupBy(parser: Parser): GroupBy | null {
  const { at } = parser;
  if (!parser.accept("GROUP BY")) return null;
  if (parser.accept("ALL")) return Object.freeze({ kind: "group_by_all", at });
  const items = parser.list(() => parseGroupItem(parser));
  const form = parser.accept("WITH ROLLUP") ? "ROLLUP" : parser.accept("WITH CUBE") ? "CUBE" : undefined;
  if (form === undefined) return Object.freeze({ kind: "group_by_list", at, items });
  const sets = items.map((item) => {
    if (item.kind !== "group_expression") throw syntaxFault(item.at, `${item.form} cannot stand before WITH ${form}.`);
    return Object.freeze([item.value]);
  });
  const grouped: GroupSets = Object.freeze({ kind: "group_sets", at, form, sets: Object.freeze(sets) });
  return Object.freeze({ kind: "group_by_list", at, items: Object.freeze([grouped]) });
}

function refuseClauses(parser: Parser): void {
  if (parser.isWord("PIVOT") || parser.isWord("UNPIVOT")) throw unsupportedFault(parser.at, "PIVOT and UNPIVOT");
  if (parser.isWords("CONNECT BY") || parser.isWords("START WITH")) throw unsupportedFault(parser.at, "CONNECT BY");
  if (parser.isWord("INTO")) throw unsupportedFault(parser.at, "SELECT … INTO", "Use CREATE TABLE … AS.");
  if (parser.isWords("USING SAMPLE")) throw unsupportedFault(parser.at, "USING SAMPLE");
}

/** One SELECT with its clauses up to WINDOW. Source: "SELECT" and "QUALIFY clause" of Databricks' SQL reference. */
export function parseSelect(parser: Parser): Select {
  const { at } = parser;
  parser.expect("SELECT");
  const distinct = parser.accept("DISTINCT");
  if (distinct && parser.isWord("ON"))
    throw unsupportedFault(parser.at, "DISTINCT ON", "Use QUALIFY row_number() … = 1.");
  if (!distinct) parser.accept("ALL");
  if (parser.isWord("TRANSFORM") && parser.isSymbol("(", 1) === false)
    throw unsupportedFault(parser.at, "TRANSFORM … USING");
  const items = parser.list(() => parseItem(parser));
  refuseClauses(parser);
  const from: readonly TableReference[] = parser.accept("FROM")
    ? parser.list(() => parseTable(parser))
    : Object.freeze([]);
  refuseClauses(parser);
  const views = [];
  while (parser.isWords("LATERAL VIEW")) views.push(parseLateralView(parser));
  const clause = (word: string) => (parser.accept(word) ? parser.grammar.expression(parser) : null);
  const where = clause("WHERE");
  const group = parseGroupBy(parser);
  const having = clause("HAVING");
  const before = clause("QUALIFY");
  const windows = parseWindows(parser);
  const qualify = before ?? clause("QUALIFY");
  refuseClauses(parser);
  const lateral_views = Object.freeze(views);
  return Object.freeze({
    kind: "select",
    at,
    distinct,
    items,
    from,
    lateral_views,
    where,
    group,
    having,
    qualify,
    windows,
  });
}
