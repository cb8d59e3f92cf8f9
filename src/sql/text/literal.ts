import type { IntervalLiteral, Literal } from "../ast/literal.ts";
import type { IntervalField } from "../ast/type.ts";

/** A string in single quotes; quotes, backslashes and U+0000 are escaped, all else stands as it is. */
export function printString(value: string): string {
  const escaped = value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\u0000", "\\u0000");
  return `'${escaped}'`;
}

const suffixes = { TINYINT: "Y", SMALLINT: "S", INT: "", BIGINT: "L" } as const;

const dayTimeSizes: readonly (readonly [field: IntervalField, microseconds: bigint])[] = [
  ["DAY", 86_400_000_000n],
  ["HOUR", 3_600_000_000n],
  ["MINUTE", 60_000_000n],
  ["SECOND", 1_000_000n],
];

function seconds(microseconds: bigint): string {
  const fraction = String(microseconds % 1_000_000n).padStart(6, "0");
  return fraction === "000000" ? String(microseconds / 1_000_000n) : `${microseconds / 1_000_000n}.${fraction}`;
}

function yearMonth({ from, to }: IntervalLiteral, months: number): string {
  if (from === "MONTH") return String(months);
  const years = Math.trunc(months / 12);
  return to === "YEAR" ? String(years) : `${years}-${months % 12}`;
}

function dayTime({ from, to }: IntervalLiteral, total: bigint): string {
  const first = dayTimeSizes.findIndex(([field]) => field === from);
  const last = dayTimeSizes.findIndex(([field]) => field === to);
  let rest = total;
  let text = "";
  for (const [field, size] of dayTimeSizes.slice(first, last + 1)) {
    const separator = text === "" ? "" : field === "HOUR" ? " " : ":";
    text += separator + (field === "SECOND" ? seconds(rest) : String(rest / size));
    rest %= size;
  }
  return text;
}

function printInterval(literal: IntervalLiteral): string {
  const { from, to, months, microseconds } = literal;
  const isNegative = months < 0 || microseconds < 0n;
  const isYearMonth = from === "YEAR" || from === "MONTH";
  const size = isYearMonth
    ? yearMonth(literal, Math.abs(months))
    : dayTime(literal, microseconds < 0n ? -microseconds : microseconds);
  return `INTERVAL '${isNegative ? "-" : ""}${size}' ${from === to ? from : `${from} TO ${to}`}`;
}

/** A literal that reads back as the same value of the same type. */
export function printLiteral(literal: Literal): string {
  switch (literal.kind) {
    case "string_literal":
      return printString(literal.value);
    case "integer_literal":
      // The smallest BIGINT has no positive twin to put a suffix on.
      return literal.value === -(2n ** 63n) ? String(literal.value) : `${literal.value}${suffixes[literal.type]}`;
    case "decimal_literal":
      return literal.digits.includes(".") ? literal.digits : `${literal.digits}BD`;
    case "double_literal":
      return `${Object.is(literal.value, -0) ? "-0" : literal.value}${literal.type === "FLOAT" ? "F" : "D"}`;
    case "boolean_literal":
      return literal.value ? "TRUE" : "FALSE";
    case "null_literal":
      return "NULL";
    case "binary_literal":
      return `X'${literal.hex}'`;
    case "date_literal":
      return `DATE '${literal.value}'`;
    case "timestamp_literal":
      return `${literal.type} '${literal.value}'`;
    case "interval_literal":
      return printInterval(literal);
  }
}
