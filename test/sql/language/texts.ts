import { acceptedStatements } from "../../../src/sql/parse/accepted.fixture.ts";
import type { Tape } from "../../attacks/sql/oracle/tape.ts";

/** Texts to parse, made of a tape: each kind of them begins with a different chance of being a statement. */
export const kinds: Readonly<Record<string, (tape: Tape) => string>> = {
  "of the grammar": (tape) => statement(tape),
  "of the grammar, changed": (tape) => changed(tape, statement(tape)),
  "of the language's statements, changed": (tape) => changed(tape, tape.of(acceptedStatements)),
  "of words in any order": (tape) => Array.from({ length: tape.below(40) }, () => tape.of(words)).join(" "),
  "of any characters": (tape) =>
    String.fromCodePoint(...Array.from({ length: tape.below(120) }, () => character(tape))),
};

const words = [...new Set(acceptedStatements.flatMap((text) => text.match(/\w+|'[^']*'|`[^`]*`|[^\s\w]/g) ?? []))];

/** Quotes, marks and control characters more often than chance would have them. */
const MARKS = [..."'\"`\\-/*;:$(){}[]<>|&^~%@#!?.,\u0000\u00a0\u200b\u2028\ufeff\n\r\t"].map(
  (one) => one.codePointAt(0)!,
);

function character(tape: Tape): number {
  switch (tape.below(4)) {
    case 0:
      return tape.of(MARKS);
    case 1:
      return tape.below(0x100);
    case 2:
      return 0x20 + tape.below(0x5f);
    default:
      return tape.below(0xffff) * 16 + tape.below(16);
  }
}

/** One to three pieces cut out, doubled, or replaced by words, marks or a piece of another statement. */
function changed(tape: Tape, text: string): string {
  let made = text;
  for (let changes = 1 + tape.below(3); changes > 0; changes -= 1) {
    const start = tape.below(made.length + 1);
    const end = Math.min(made.length, start + tape.below(12));
    made = made.slice(0, start) + piece(tape, made.slice(start, end)) + made.slice(end);
  }
  return made;
}

function piece(tape: Tape, cut: string): string {
  switch (tape.below(5)) {
    case 0:
      return "";
    case 1:
      return cut + cut;
    case 2:
      return ` ${tape.of(words)} `;
    case 3:
      return String.fromCodePoint(character(tape));
    default: {
      const other = tape.of(acceptedStatements);
      const start = tape.below(other.length);
      return other.slice(start, start + tape.below(20));
    }
  }
}

const NAMES = ["a", "b", "T1", "`my col`", "`a``b`", "main.s.t", "s . t", "`größe`", "_x", "date", "`select`", "value"];
const LITERALS = [
  "0",
  "2147483648",
  "-2147483648",
  "9223372036854775807L",
  "1Y",
  "7S",
  "1.50",
  "1e3",
  ".5D",
  "3BD",
  "'it''s'",
  "'a\\'b\\\\'",
  '"text"',
  "r'\\d'",
  "X'0aFF'",
  "TRUE",
  "NULL",
  "DATE '2024-02-29'",
  "TIMESTAMP '2024-02-29 10:00:00.5'",
  "TIMESTAMP_NTZ '2024-02-29 10:00:00'",
  "INTERVAL 3 DAYS",
  "INTERVAL '1-2' YEAR TO MONTH",
  "INTERVAL -1 HOUR 2 MINUTES",
  ":p",
];
const OPERATORS = "+ - * / % div || & | ^ = == <> != < <= > >= <=> AND OR".split(" ");
const TYPES = [
  "INT",
  "STRING",
  "DECIMAL(10,2)",
  "ARRAY<INT>",
  "MAP<STRING, DATE>",
  "STRUCT<a: INT, `b c`: STRING>",
  "TIMESTAMP",
  "bigint",
];
const CALLS = ["f", "main.s.f", "count", "coalesce", "if", "left", "lakeward", "`f`"];
const JOINS = ["JOIN", "INNER JOIN", "LEFT JOIN", "RIGHT OUTER JOIN", "FULL JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"];
const DEPTH = 3;

const list = (tape: Tape, most: number, make: () => string): string =>
  Array.from({ length: 1 + tape.below(most) }, make).join(", ");

const maybe = (tape: Tape, make: () => string): string => (tape.chance(35) ? ` ${make()}` : "");

/** An expression of the grammar: read back, it may bind otherwise than it was made, which is the printer's to keep. */
function expression(tape: Tape, depth: number): string {
  const one = (): string => expression(tape, depth - 1);
  if (depth <= 0) return tape.chance(50) ? tape.of(NAMES) : tape.of(LITERALS);
  const forms: readonly (() => string)[] = [
    () => `${one()} ${tape.of(OPERATORS)} ${one()}`,
    () => `(${one()})`,
    () => `${tape.of(["NOT ", "- ", "+ ", "~", "! "])}${one()}`,
    () => `${tape.of(CALLS)}(${tape.chance(20) ? "DISTINCT " : ""}${list(tape, 3, one)})`,
    () => `CASE${maybe(tape, one)} WHEN ${one()} THEN ${one()}${maybe(tape, () => `ELSE ${one()}`)} END`,
    () => `${tape.of(["CAST", "try_cast"])}(${one()} AS ${tape.of(TYPES)})`,
    () => `${one()}::${tape.of(TYPES)}`,
    () => `${one()}${tape.of([" NOT", ""])} IN (${list(tape, 3, one)})`,
    () => `${one()} IN (${query(tape, depth - 2)})`,
    () => `${one()}${tape.of([" NOT", ""])} BETWEEN ${one()} AND ${one()}`,
    () => `${one()}${tape.of([" NOT", ""])} ${tape.of(["LIKE", "ILIKE", "RLIKE"])} ${one()}`,
    () => `${one()} IS ${tape.of(["", "NOT "])}${tape.of(["NULL", "TRUE", "FALSE", `DISTINCT FROM ${one()}`])}`,
    () => `${tape.of(["", "NOT "])}EXISTS (${query(tape, depth - 2)})`,
    () => `(${query(tape, depth - 2)})`,
    () => `${one()}[${one()}]`,
    () => `f(${tape.of(["x", "(x, y)"])} -> ${one()})`,
    () => `${tape.of(NAMES)}:${tape.of(["a", "a.b", "a[0]", "['k']", "a[*].b"])}`,
    () => `(${one()}).${tape.of(["a", "`b c`"])}`,
    () => `sum(${one()})${maybe(tape, () => `FILTER (WHERE ${one()})`)} OVER (${window(tape, depth - 1)})`,
    () => `(${one()}, ${one()})`,
    () => `EXTRACT(${tape.of(["YEAR", "MONTH", "DAY"])} FROM ${one()})`,
    () => `TRIM(${tape.of(["BOTH ", "LEADING "])}${one()} FROM ${one()})`,
  ];
  return tape.of(forms)();
}

const window = (tape: Tape, depth: number): string =>
  `${tape.chance(50) ? `PARTITION BY ${expression(tape, depth)} ` : ""}ORDER BY ${expression(tape, depth)}${tape.of(["", " DESC", " NULLS LAST"])}` +
  maybe(
    tape,
    () =>
      `ROWS BETWEEN ${tape.of(["UNBOUNDED PRECEDING", "2 PRECEDING"])} AND ${tape.of(["CURRENT ROW", "1 FOLLOWING"])}`,
  );

function table(tape: Tape, depth: number): string {
  const alias = tape.of(["", " x", " AS x", " AS x(p, q)"]);
  switch (depth > 0 ? tape.below(6) : 0) {
    case 1:
      return `(${query(tape, depth - 1)})${alias}`;
    case 2:
      return `${table(tape, depth - 1)} ${tape.of(JOINS)} ${table(tape, depth - 1)} ON ${expression(tape, depth - 1)}`;
    case 3:
      return `${table(tape, depth - 1)} CROSS JOIN ${table(tape, depth - 1)}`;
    case 4:
      return `main.s.f(${expression(tape, depth - 1)})${alias}`;
    case 5:
      return `VALUES ${list(tape, 3, () => `(${expression(tape, depth - 1)})`)}${alias}`;
    default:
      return `${tape.of(NAMES)}${alias}`;
  }
}

function query(tape: Tape, depth: number): string {
  const one = (): string => expression(tape, depth);
  if (depth > 0 && tape.chance(20))
    return `${query(tape, depth - 1)} ${tape.of(["UNION", "UNION ALL", "EXCEPT", "INTERSECT", "MINUS"])} ${query(tape, depth - 1)}`;
  const item = (): string =>
    tape.chance(10) ? tape.of(["*", "x.*", "* EXCEPT (a)"]) : `${one()}${tape.of(["", " AS n", " `n n`"])}`;
  return (
    `${tape.chance(12) && depth > 0 ? `WITH c AS (${query(tape, depth - 1)}) ` : ""}SELECT ${tape.of(["", "DISTINCT "])}${list(tape, 3, item)}` +
    maybe(tape, () => `FROM ${table(tape, depth)}`) +
    maybe(tape, () => `LATERAL VIEW OUTER explode(${one()}) v AS e`) +
    maybe(tape, () => `WHERE ${one()}`) +
    maybe(tape, () => `GROUP BY ${tape.of(["ALL", one(), `ROLLUP (${one()})`, `GROUPING SETS ((${one()}), ())`])}`) +
    maybe(tape, () => `HAVING ${one()}`) +
    maybe(tape, () => `QUALIFY ${one()}`) +
    maybe(tape, () => `ORDER BY ${one()}${tape.of(["", " ASC", " DESC NULLS FIRST"])}`) +
    maybe(tape, () => `LIMIT ${one()}`) +
    maybe(tape, () => "OFFSET 1")
  );
}

function statement(tape: Tape): string {
  const name = (): string => tape.of(NAMES);
  const one = (): string => expression(tape, DEPTH - 1);
  switch (tape.below(12)) {
    case 0:
      return `INSERT INTO ${name()} ${tape.of(["", "(a, b) "])}${query(tape, DEPTH - 1)}`;
    case 1:
      return `CREATE ${tape.of(["", "OR REPLACE "])}VIEW ${name()} AS ${query(tape, DEPTH - 1)}`;
    case 2:
      return `CREATE FUNCTION ${name()}(p ${tape.of(TYPES)} DEFAULT ${one()}) RETURNS ${tape.of(TYPES)} RETURN ${one()}`;
    case 3:
      return `CREATE TABLE ${name()} (a ${tape.of(TYPES)} NOT NULL COMMENT 'c', b ${tape.of(TYPES)} MASK m USING COLUMNS (a, 'x'))`;
    case 4:
      return `ALTER TABLE ${name()} SET ROW FILTER ${name()} ON (a, ${tape.of(LITERALS)})`;
    case 5:
      return `CREATE TABLE ${name()} AS ${query(tape, DEPTH - 1)}`;
    case 6:
      return `GRANT SELECT, MODIFY ON TABLE ${name()} TO \`account users\``;
    default:
      return query(tape, DEPTH);
  }
}
