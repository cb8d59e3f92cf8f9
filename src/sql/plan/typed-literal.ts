import { Fault } from "#wire/errors.ts";
import type { Expression } from "../ast/expression.ts";
import type { Position } from "../ast/position.ts";
import type { TypeSyntax } from "../ast/type.ts";

/** Where a value from outside stands: nowhere in the text. */
export const OUTSIDE: Position = Object.freeze({ line: 1, column: 1, offset: 0 });

type Reader = (text: string, type: TypeSyntax) => Expression | null;

const integerBounds: Readonly<Record<string, bigint>> = {
  TINYINT: 2n ** 7n,
  SMALLINT: 2n ** 15n,
  INT: 2n ** 31n,
  BIGINT: 2n ** 63n,
};

const readInteger: Reader = (text, type) => {
  const name = type.kind === "simple_type" ? type.name : "BIGINT";
  if (!/^[+-]?\d{1,19}$/.test(text)) return null;
  const value = BigInt(text);
  const bound = integerBounds[name]!;
  if (value >= bound || value < -bound) return null;
  return { kind: "integer_literal", at: OUTSIDE, value, type: name as "INT" };
};

const readDouble: Reader = (text, type) => {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return null;
  const value = Number(text);
  const name = type.kind === "simple_type" && type.name === "FLOAT" ? "FLOAT" : "DOUBLE";
  return Number.isFinite(value) ? { kind: "double_literal", at: OUTSIDE, value, type: name } : null;
};

const readBoolean: Reader = (text) => {
  const word = text.toLowerCase();
  return word === "true" || word === "false" ? { kind: "boolean_literal", at: OUTSIDE, value: word === "true" } : null;
};

const readString: Reader = (text) => ({ kind: "string_literal", at: OUTSIDE, value: text });

/** A temporal value is cast from its text by the engine's own rules, after its shape was checked here. */
const readTemporal =
  (shape: RegExp): Reader =>
  (text, type) =>
    shape.test(text) ? cast({ kind: "string_literal", at: OUTSIDE, value: text }, type) : null;

const readDecimal: Reader = (text, type) => {
  if (!/^[+-]?\d{1,38}(\.\d{0,38})?$/.test(text)) return null;
  const digits = text.replace(/^\+/, "").replace(/\.$/, "");
  return cast({ kind: "decimal_literal", at: OUTSIDE, digits }, type);
};

const readers: Readonly<Record<string, Reader>> = {
  STRING: readString,
  BOOLEAN: readBoolean,
  TINYINT: readInteger,
  SMALLINT: readInteger,
  INT: readInteger,
  BIGINT: readInteger,
  FLOAT: readDouble,
  DOUBLE: readDouble,
  DATE: readTemporal(/^\d{4}-\d{2}-\d{2}$/),
  TIMESTAMP: readTemporal(/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?$/),
  TIMESTAMP_NTZ: readTemporal(/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$/),
};

/**
 * A value from outside the text as a literal of its type; null is a NULL of that type. The text is read here and never parsed as SQL.
 * @throws Fault INVALID_PARAMETER_VALUE when it is no such value, or the type takes no value from outside.
 */
export function typedLiteral(name: string, type: TypeSyntax, text: string | null): Expression {
  if (text === null) return cast({ kind: "null_literal", at: OUTSIDE }, type);
  const reader =
    type.kind === "simple_type" ? readers[type.name] : type.kind === "decimal_type" ? readDecimal : lengthReader(type);
  if (!reader)
    throw new Fault("INVALID_PARAMETER_VALUE", `Parameter '${name}': values of its type cannot be given from outside.`);
  const literal = reader(text, type);
  if (literal) return Object.freeze(literal);
  throw new Fault("INVALID_PARAMETER_VALUE", `Parameter '${name}': the value given is not one of its type.`);
}

function lengthReader(type: TypeSyntax): Reader | undefined {
  return type.kind === "length_type"
    ? (text) => cast({ kind: "string_literal", at: OUTSIDE, value: text }, type)
    : undefined;
}

function cast(operand: Expression, type: TypeSyntax): Expression {
  return Object.freeze({ kind: "cast", at: OUTSIDE, operand: Object.freeze(operand), type, tolerant: false });
}
