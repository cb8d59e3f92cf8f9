import {
  type IntervalField,
  intervalFields,
  type SimpleTypeName,
  type StructField,
  type TypeSyntax,
} from "../ast/type.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { DECIMAL_DIGITS_MAX } from "./limits.ts";
import type { Parser } from "./parser.ts";

/** Each spelling of a type without parameters. Source: Databricks' "Data types", names and synonyms. */
const simpleTypes: ReadonlyMap<string, SimpleTypeName> = new Map([
  ["BOOLEAN", "BOOLEAN"],
  ["TINYINT", "TINYINT"],
  ["BYTE", "TINYINT"],
  ["SMALLINT", "SMALLINT"],
  ["SHORT", "SMALLINT"],
  ["INT", "INT"],
  ["INTEGER", "INT"],
  ["BIGINT", "BIGINT"],
  ["LONG", "BIGINT"],
  ["FLOAT", "FLOAT"],
  ["REAL", "FLOAT"],
  ["DOUBLE", "DOUBLE"],
  ["STRING", "STRING"],
  ["BINARY", "BINARY"],
  ["DATE", "DATE"],
  ["TIMESTAMP", "TIMESTAMP"],
  ["TIMESTAMP_LTZ", "TIMESTAMP"],
  ["TIMESTAMP_NTZ", "TIMESTAMP_NTZ"],
  ["VARIANT", "VARIANT"],
  ["VOID", "VOID"],
]);

const refusedTypes: ReadonlySet<string> = new Set([
  "GEOMETRY",
  "GEOGRAPHY",
  "OBJECT",
  "TIME",
  "TEXT",
  "UUID",
  "JSON",
  "ENUM",
]);

/** A length of CHAR or VARCHAR; Spark's own bound is that of INT. */
const LENGTH_CHARACTERS_MAX = 2 ** 31 - 1;

/** `YEAR`, `MONTH`, … also in the plural; undefined when the word here is none. Reads nothing. */
export function intervalFieldAt(parser: Parser): IntervalField | undefined {
  return intervalFields.find((field) => parser.isWord(field) || parser.isWord(`${field}S`));
}

/** Reads `TO field` when it stands here; both fields are of one family and in order. */
export function readIntervalEnd(parser: Parser, from: IntervalField): IntervalField {
  const at = parser.at;
  if (!parser.accept("TO")) return from;
  const to = intervalFieldAt(parser);
  if (to === undefined) throw parser.unexpected("an interval's field");
  parser.next();
  const [first, last] = [intervalFields.indexOf(from), intervalFields.indexOf(to)];
  if (first >= last || (first < 2 && last >= 2)) throw syntaxFault(at, `${from} TO ${to} is no interval.`);
  return to;
}

function parseDecimal(parser: Parser, at: TypeSyntax["at"]): TypeSyntax {
  if (!parser.acceptSymbol("(")) return Object.freeze({ kind: "decimal_type", at, precision: 10, scale: 0 });
  const precision = parser.count(DECIMAL_DIGITS_MAX, "DECIMAL's precision");
  const scale = parser.acceptSymbol(",") ? parser.count(DECIMAL_DIGITS_MAX, "DECIMAL's scale") : 0;
  parser.expectSymbol(")");
  if (precision < 1 || scale > precision) throw syntaxFault(at, `DECIMAL(${precision},${scale}) is no type.`);
  return Object.freeze({ kind: "decimal_type", at, precision, scale });
}

function parseLength(parser: Parser, at: TypeSyntax["at"], name: "CHAR" | "VARCHAR"): TypeSyntax {
  parser.expectSymbol("(");
  const length = parser.count(LENGTH_CHARACTERS_MAX, `${name}'s length`);
  parser.expectSymbol(")");
  if (length < 1) throw syntaxFault(at, `${name}(${length}) is no type.`);
  return Object.freeze({ kind: "length_type", at, name, length });
}

function parseField(parser: Parser): StructField {
  const at = parser.at;
  const name = parser.part();
  parser.acceptSymbol(":");
  const type = parseType(parser);
  const nullable = !parser.accept("NOT NULL");
  const comment = parser.accept("COMMENT") ? parser.string() : null;
  return Object.freeze({ kind: "struct_field", at, name, type, nullable, comment });
}

function parseStruct(parser: Parser, at: TypeSyntax["at"]): TypeSyntax {
  if (parser.acceptSymbol("<>")) return Object.freeze({ kind: "struct_type", at, fields: Object.freeze([]) });
  parser.expectSymbol("<");
  const fields = parser.list(() => parseField(parser));
  parser.closeAngle();
  return Object.freeze({ kind: "struct_type", at, fields });
}

function parseNested(parser: Parser, at: TypeSyntax["at"], word: string): TypeSyntax {
  if (word === "STRUCT") return parseStruct(parser, at);
  parser.expectSymbol("<");
  const first = parseType(parser);
  if (word === "ARRAY") {
    parser.closeAngle();
    return Object.freeze({ kind: "array_type", at, element: first });
  }
  parser.expectSymbol(",");
  const value = parseType(parser);
  parser.closeAngle();
  return Object.freeze({ kind: "map_type", at, key: first, value });
}

/** A type as in CAST and column lists. Source: Databricks' "Data types". */
export function parseType(parser: Parser): TypeSyntax {
  const { at } = parser;
  const token = parser.peek();
  if (token.kind !== "word") throw parser.unexpected("a type");
  const { word } = token;
  const simple = simpleTypes.get(word);
  if (refusedTypes.has(word)) throw unsupportedFault(at, `The type ${word}`);
  parser.next();
  if (simple !== undefined) {
    if (parser.isWord("COLLATE")) throw unsupportedFault(parser.at, "COLLATE");
    return Object.freeze({ kind: "simple_type", at, name: simple });
  }
  if (word === "DECIMAL" || word === "DEC" || word === "NUMERIC") return parseDecimal(parser, at);
  if (word === "CHAR" || word === "CHARACTER") return parseLength(parser, at, "CHAR");
  if (word === "VARCHAR") return parseLength(parser, at, "VARCHAR");
  if (word === "INTERVAL") {
    const from = intervalFieldAt(parser);
    if (from === undefined) throw parser.unexpected("an interval's field");
    parser.next();
    return Object.freeze({ kind: "interval_type", at, from, to: readIntervalEnd(parser, from) });
  }
  if (word === "ARRAY" || word === "MAP" || word === "STRUCT") return parser.nest(() => parseNested(parser, at, word));
  throw syntaxFault(at, `'${token.text}' is no type.`);
}
