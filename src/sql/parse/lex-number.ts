import type { Literal } from "../ast/literal.ts";
import type { Position } from "../ast/position.ts";
import { syntaxFault } from "./fault.ts";
import { DECIMAL_DIGITS_MAX, NUMBER_DIGITS_MAX } from "./limits.ts";
import type { Source } from "./source.ts";

const widths = Object.freeze({ Y: ["TINYINT", 7], S: ["SMALLINT", 15], L: ["BIGINT", 63] } as const);

/** Plain decimal notation of digits with an exponent, its scale kept: `1.5e3` is `1500`, `1.5e-1` is `0.15`. */
function plainDigits(whole: string, fraction: string, exponent: number, at: Position): string {
  if (Math.abs(exponent) > DECIMAL_DIGITS_MAX) throw syntaxFault(at, "This DECIMAL is out of range.");
  const point = whole.length + exponent;
  const digits = whole + fraction;
  const left = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const right = point < 0 ? "0".repeat(-point) + digits : digits.slice(point);
  const plain = left.replace(/^0+(?=\d)/, "") + (right === "" ? "" : `.${right}`);
  const significant = plain.replace(".", "").replace(/^0+(?=\d)/, "");
  if (significant.length > DECIMAL_DIGITS_MAX || right.length > DECIMAL_DIGITS_MAX) {
    throw syntaxFault(at, `This DECIMAL has more than ${DECIMAL_DIGITS_MAX} digits.`);
  }
  return plain;
}

function integer(digits: string, suffix: string, at: Position): Literal {
  const value = BigInt(digits);
  if (suffix === "") {
    const type = value < 2n ** 31n ? "INT" : "BIGINT";
    if (value < 2n ** 63n) return { kind: "integer_literal", at, value, type };
    return { kind: "decimal_literal", at, digits: plainDigits(digits, "", 0, at) };
  }
  const [type, bits] = widths[suffix as keyof typeof widths];
  if (value >= 2n ** BigInt(bits)) throw syntaxFault(at, `${digits}${suffix} is out of range for ${type}.`);
  return { kind: "integer_literal", at, value, type };
}

interface NumberRead {
  readonly literal: Literal;
  readonly plain: boolean;
}

/** Reads the number under `source`. Types as in Databricks: suffixes Y S L D F BD; an exponent makes DOUBLE, a point DECIMAL. */
export function readNumber(source: Source, at: Position): NumberRead {
  const shape = /(\d*)(?:(\.)(\d*))?(?:[eE]([+-]?\d+))?(BD|[YSLDF])?/iy;
  shape.lastIndex = source.offset;
  const match = shape.exec(source.text);
  const [text = "", whole = "", point = "", fraction = "", exponent, rawSuffix = ""] = match ?? [];
  source.offset += text.length;
  if (/[A-Za-z0-9_]/.test(source.peek())) {
    throw syntaxFault(at, "A number runs into a word. Put a space between them, or back-ticks around the name.");
  }
  const suffix = rawSuffix.toUpperCase();
  const isWhole = point === "" && exponent === undefined;
  if (whole.length + fraction.length > NUMBER_DIGITS_MAX) throw syntaxFault(at, "This number has too many digits.");
  if (isWhole && (suffix === "" || suffix === "Y" || suffix === "S" || suffix === "L")) {
    return { literal: Object.freeze(integer(whole, suffix, at)), plain: suffix === "" };
  }
  if (suffix === "Y" || suffix === "S" || suffix === "L") throw syntaxFault(at, `${text} is no whole number.`);
  if (suffix === "BD" || (suffix === "" && exponent === undefined)) {
    const digits = plainDigits(whole, fraction, Number(exponent ?? 0), at);
    return { literal: Object.freeze({ kind: "decimal_literal", at, digits }), plain: false };
  }
  const value = Number(`${whole === "" ? "0" : whole}.${fraction === "" ? "0" : fraction}e${exponent ?? 0}`);
  const type = suffix === "F" ? "FLOAT" : "DOUBLE";
  if (!Number.isFinite(type === "FLOAT" ? Math.fround(value) : value)) {
    throw syntaxFault(at, `This ${type} is out of range.`);
  }
  return { literal: Object.freeze({ kind: "double_literal", at, value, type }), plain: false };
}
