import type { Literal } from "../ast/literal.ts";
import type { Position } from "../ast/position.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import type { Parser } from "./parser.ts";
import type { NumberToken } from "./token.ts";

const BIGINT_MIN = -(2n ** 63n);
const INT_MIN = -(2n ** 31n);

/** The number with its sign turned; INT (without suffix) and BIGINT reach one further down than up. */
export function negated({ literal, plain }: NumberToken, at: Position): Literal {
  switch (literal.kind) {
    case "integer_literal": {
      const value = -literal.value;
      return Object.freeze({
        ...literal,
        at,
        value,
        type: plain && literal.value === -INT_MIN ? "INT" : literal.type,
      });
    }
    case "decimal_literal": {
      if (literal.digits === String(-BIGINT_MIN)) {
        return Object.freeze({ kind: "integer_literal", at, value: BIGINT_MIN, type: "BIGINT" });
      }
      return Object.freeze({ ...literal, at, digits: `-${literal.digits}` });
    }
    case "double_literal":
      return Object.freeze({ ...literal, at, value: -literal.value });
    default:
      throw new TypeError("only numbers have a sign");
  }
}

const dateShape = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/;
const timeShape = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?$/;
const zoneShape = /^(?:Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[A-Za-z_]+\/[A-Za-z_+/-]+)$/;

function pad(digits: string | undefined): string {
  return (digits ?? "0").padStart(2, "0");
}

function readDate(text: string, at: Position): string {
  const [, year = "", month = "", day = "1"] = dateShape.exec(text) ?? [];
  const value = `${year}-${pad(month)}-${pad(day)}`;
  const time = Date.parse(`${value}T00:00:00Z`);
  // A day that does not exist, 2023-02-30, comes back as another one.
  if (year === "" || Number.isNaN(time) || !new Date(time).toISOString().startsWith(value)) {
    throw syntaxFault(at, "This DATE is not valid: write it as 'YYYY-MM-DD'.");
  }
  return value;
}

function readTimestamp(text: string, at: Position): { readonly value: string; readonly zoned: boolean } {
  const fail = () => syntaxFault(at, "This TIMESTAMP is not valid: write it as 'YYYY-MM-DD HH:MM:SS[.ffffff][zone]'.");
  const [, day = "", rest] = /^(\d{4}-\d{1,2}(?:-\d{1,2})?)(?:[T ](.*))?$/.exec(text) ?? [];
  if (day === "") throw fail();
  const date = readDate(day, at);
  if (rest === undefined) return { value: `${date} 00:00:00`, zoned: false };
  const [, clock = "", zone = ""] = /^([\d:.]+)\s*(.*)$/.exec(rest) ?? [];
  const [, hour, minute, second, fraction = ""] = timeShape.exec(clock) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) throw fail();
  if (zone !== "" && !zoneShape.test(zone)) throw fail();
  const time = `${pad(hour)}:${pad(minute)}:${pad(second)}${fraction === "" ? "" : `.${fraction}`}`;
  return { value: `${date} ${time}${/^[A-Za-z]/.test(zone) && zone !== "Z" ? ` ${zone}` : zone}`, zoned: zone !== "" };
}

/** `DATE '…'`, `TIMESTAMP '…'`, `TIMESTAMP_NTZ '…'`; undefined when none stands here. */
export function parseTemporalLiteral(parser: Parser): Literal | undefined {
  const { at } = parser;
  const token = parser.peek();
  if (token.kind !== "word" || parser.peek(1).kind !== "string") return undefined;
  const { word } = token;
  if (word === "DATE") {
    parser.next();
    return Object.freeze({ kind: "date_literal", at, value: readDate(parser.string().trim(), at) });
  }
  if (word === "TIMESTAMP" || word === "TIMESTAMP_NTZ" || word === "TIMESTAMP_LTZ") {
    parser.next();
    const { value, zoned } = readTimestamp(parser.string().trim(), at);
    if (word === "TIMESTAMP_NTZ" && zoned) throw syntaxFault(at, "A TIMESTAMP_NTZ has no time zone.");
    return Object.freeze({ kind: "timestamp_literal", at, value, type: word === "TIMESTAMP_NTZ" ? word : "TIMESTAMP" });
  }
  if (word === "TIME") throw unsupportedFault(at, "A TIME literal");
  return undefined;
}
