import type { Literal } from "../ast/literal.ts";
import type { Position } from "../ast/position.ts";
import { type IntervalField, intervalFields } from "../ast/type.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import type { Parser } from "./parser.ts";
import { intervalFieldAt, readIntervalEnd } from "./type.ts";

interface Unit {
  readonly field: IntervalField;
  /** In months, or in microseconds. */
  readonly size: bigint;
}

const SECOND = 1_000_000n;

// biome-ignore format: a table is read in columns
const units: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ["YEAR",        { field: "YEAR",   size: 12n }],
  ["MONTH",       { field: "MONTH",  size: 1n }],
  ["WEEK",        { field: "DAY",    size: 7n * 86_400n * SECOND }],
  ["DAY",         { field: "DAY",    size: 86_400n * SECOND }],
  ["HOUR",        { field: "HOUR",   size: 3_600n * SECOND }],
  ["MINUTE",      { field: "MINUTE", size: 60n * SECOND }],
  ["SECOND",      { field: "SECOND", size: SECOND }],
  ["MILLISECOND", { field: "SECOND", size: 1_000n }],
  ["MICROSECOND", { field: "SECOND", size: 1n }],
]);

const MONTHS_MAX = 2n ** 31n - 1n;
const MICROSECONDS_MAX = 2n ** 63n - 1n;

function unitOf(word: string): Unit | undefined {
  return units.get(word) ?? (word.endsWith("S") ? units.get(word.slice(0, -1)) : undefined);
}

interface Amount {
  readonly unit: Unit;
  readonly text: string;
}

/** The amount in the unit's months or microseconds; only seconds have a fraction, cut at the microsecond. */
function measure({ unit, text }: Amount, at: Position): bigint {
  const [, sign = "", whole = "", fraction = ""] = /^\s*([+-]?)\s*(\d{1,18})(?:\.(\d{1,9}))?\s*$/.exec(text) ?? [];
  if (whole === "" || (fraction !== "" && unit.size !== SECOND))
    throw syntaxFault(at, `'${text.slice(0, 40)}' is no interval's amount.`);
  const value = BigInt(whole) * unit.size + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  return sign === "-" ? -value : value;
}

/** One literal of all amounts; throws when year-month and day-time fields are mixed, as ANSI intervals forbid. */
function combine(amounts: readonly Amount[], at: Position): Literal {
  const ranks = amounts.map((amount) => intervalFields.indexOf(amount.unit.field));
  const from = intervalFields[Math.min(...ranks)] ?? "DAY";
  const to = intervalFields[Math.max(...ranks)] ?? "DAY";
  const total = amounts.reduce((sum, amount) => sum + measure(amount, at), 0n);
  return build(from, to, total, at);
}

function build(from: IntervalField, to: IntervalField, total: bigint, at: Position): Literal {
  const isYearMonth = from === "YEAR" || from === "MONTH";
  if (isYearMonth && to !== "YEAR" && to !== "MONTH") {
    throw unsupportedFault(at, "An interval of months and days together", "Add two intervals, one of each.");
  }
  const limit = isYearMonth ? MONTHS_MAX : MICROSECONDS_MAX;
  if (total > limit || total < -limit) throw syntaxFault(at, "This interval is out of range.");
  const [months, microseconds] = isYearMonth ? [Number(total), 0n] : [0, total];
  return Object.freeze({ kind: "interval_literal", at, months, microseconds, from, to });
}

/** `'3 4:05:06'` with DAY TO SECOND: digits apart by blank, colon and dash, one for each field. */
function readRange(text: string, from: IntervalField, to: IntervalField, at: Position): Literal {
  const fail = () => syntaxFault(at, `'${text.slice(0, 40)}' is no interval of ${from} TO ${to}.`);
  const fields = intervalFields.slice(intervalFields.indexOf(from), intervalFields.indexOf(to) + 1);
  const [, sign = "", rest = ""] = /^\s*([+-]?)(.*?)\s*$/s.exec(text) ?? [];
  const separator = (field: IntervalField) => (field === "MONTH" ? "-" : field === "HOUR" ? " +" : ":");
  const shape = fields.map(
    (field, index) =>
      `${index === 0 ? "" : separator(field)}(\\d{1,18}${field === "SECOND" ? "(?:\\.\\d{1,9})?" : ""})`,
  );
  const match = new RegExp(`^${shape.join("")}$`).exec(rest);
  if (match === null) throw fail();
  const total = fields.reduce((sum, field, index) => {
    const unit = units.get(field);
    if (unit === undefined) throw fail();
    return sum + measure({ unit, text: match[index + 1] ?? "" }, at);
  }, 0n);
  return build(from, to, sign === "-" ? -total : total, at);
}

/** `'1 day 2 hours'`, the units inside the string. */
function readWhole(text: string, at: Position): Literal {
  const words = text
    .trim()
    .replace(/^interval\s+/i, "")
    .split(/\s+/);
  const amounts: Amount[] = [];
  for (let index = 0; index < words.length; index += 2) {
    const unit = unitOf((words[index + 1] ?? "").toUpperCase());
    if (unit === undefined) throw syntaxFault(at, `'${text.slice(0, 40)}' is no interval.`);
    amounts.push({ unit, text: words[index] ?? "" });
  }
  return combine(amounts, at);
}

/** An amount and where it stands: `'7'`, `7`, `-7`. */
function readAmount(parser: Parser): string {
  const sign = parser.acceptSymbol("-") ? "-" : "";
  if (sign === "") parser.acceptSymbol("+");
  const token = parser.peek();
  if (token.kind === "string") return sign + parser.string();
  if (token.kind === "number" && token.literal.kind === "integer_literal") {
    parser.next();
    return sign + String(token.literal.value);
  }
  if (token.kind === "number" && token.literal.kind === "decimal_literal") {
    parser.next();
    return sign + token.literal.digits;
  }
  throw parser.unexpected("an interval's amount");
}

function wordAt(parser: Parser): string {
  const token = parser.peek();
  return token.kind === "word" ? token.word : "";
}

function startsAmount(parser: Parser, ahead: number): boolean {
  const signed = parser.isSymbol("-", ahead) || parser.isSymbol("+", ahead) ? 1 : 0;
  const { kind } = parser.peek(ahead + signed);
  return kind === "string" || kind === "number";
}

/** `INTERVAL '7' DAY`, `INTERVAL 1 DAY 2 HOURS`, `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 day'`; undefined when none stands here. */
export function parseInterval(parser: Parser): Literal | undefined {
  const { at } = parser;
  if (!parser.isWord("INTERVAL")) return undefined;
  if (parser.isSymbol("(", 1) || parser.isSymbol(":", 1)) {
    throw unsupportedFault(at, "INTERVAL of an expression", "Multiply: expression * INTERVAL '1' DAY.");
  }
  if (!startsAmount(parser, 1)) return undefined;
  parser.next();
  const isSigned = parser.peek().kind === "symbol";
  const first = readAmount(parser);
  const from = intervalFieldAt(parser);
  if (from !== undefined && parser.isWord("TO", 1)) {
    parser.next();
    return readRange(first, from, readIntervalEnd(parser, from), at);
  }
  if (unitOf(wordAt(parser)) === undefined) {
    if (isSigned) throw syntaxFault(at, "A sign cannot stand before an interval whose units are in its string.");
    return readWhole(first, at);
  }
  const amounts: Amount[] = [];
  for (let text = first; ; text = readAmount(parser)) {
    const unit = unitOf(wordAt(parser));
    if (unit === undefined) throw parser.unexpected("an interval's unit");
    parser.next();
    amounts.push({ unit, text });
    if (!startsAmount(parser, 0) || parser.isSymbol("-") || parser.isSymbol("+")) break;
    // A number behind a unit continues the interval only when a unit follows it too.
    if (unitOf(wordAfterNumber(parser)) === undefined) break;
  }
  return combine(amounts, at);
}

function wordAfterNumber(parser: Parser): string {
  const token = parser.peek(1);
  return token.kind === "word" ? token.word : "";
}
