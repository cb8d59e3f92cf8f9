import type { Position } from "./position.ts";
import type { IntervalField } from "./type.ts";

export interface StringLiteral {
  readonly kind: "string_literal";
  readonly at: Position;
  readonly value: string;
}

/** `1`, `1L`, `1S`, `1Y`; without suffix INT, or BIGINT when INT is too small. The value fits its type. */
export interface IntegerLiteral {
  readonly kind: "integer_literal";
  readonly at: Position;
  readonly value: bigint;
  readonly type: "TINYINT" | "SMALLINT" | "INT" | "BIGINT";
}

/** `1.50`, `1BD`, or an integer beyond BIGINT. `digits` is plain decimal notation, its scale kept: `1.50`. */
export interface DecimalLiteral {
  readonly kind: "decimal_literal";
  readonly at: Position;
  readonly digits: string;
}

/** `1e3`, `1D`, `1F`. Always finite. */
export interface DoubleLiteral {
  readonly kind: "double_literal";
  readonly at: Position;
  readonly value: number;
  readonly type: "FLOAT" | "DOUBLE";
}

export interface BooleanLiteral {
  readonly kind: "boolean_literal";
  readonly at: Position;
  readonly value: boolean;
}

export interface NullLiteral {
  readonly kind: "null_literal";
  readonly at: Position;
}

/** `X'1F'`; lower-case hexadecimal, an even number of digits. */
export interface BinaryLiteral {
  readonly kind: "binary_literal";
  readonly at: Position;
  readonly hex: string;
}

/** `DATE '2024-05-31'`: a valid day, spelled `YYYY-MM-DD`. */
export interface DateLiteral {
  readonly kind: "date_literal";
  readonly at: Position;
  readonly value: string;
}

/** `TIMESTAMP '…'`: a valid moment, spelled `YYYY-MM-DD HH:MM:SS[.ffffff][zone]`; zone as written, or none. */
export interface TimestampLiteral {
  readonly kind: "timestamp_literal";
  readonly at: Position;
  readonly value: string;
  readonly type: "TIMESTAMP" | "TIMESTAMP_NTZ";
}

/**
 * An ANSI interval. Of the year-month family only `months` is used, of the day-time family only `microseconds`
 * (a day is 24 hours there, as in Spark's DayTimeIntervalType). `from` and `to` are its type's fields.
 */
export interface IntervalLiteral {
  readonly kind: "interval_literal";
  readonly at: Position;
  readonly months: number;
  readonly microseconds: bigint;
  readonly from: IntervalField;
  readonly to: IntervalField;
}

export type Literal =
  | StringLiteral
  | IntegerLiteral
  | DecimalLiteral
  | DoubleLiteral
  | BooleanLiteral
  | NullLiteral
  | BinaryLiteral
  | DateLiteral
  | TimestampLiteral
  | IntervalLiteral;
