import type { Identifier } from "./name.ts";
import type { Position } from "./position.ts";

/** Types without parameters, in their one canonical spelling (`INTEGER` is read as `INT`, `LONG` as `BIGINT`). */
export type SimpleTypeName =
  | "BOOLEAN"
  | "TINYINT"
  | "SMALLINT"
  | "INT"
  | "BIGINT"
  | "FLOAT"
  | "DOUBLE"
  | "STRING"
  | "BINARY"
  | "DATE"
  | "TIMESTAMP"
  | "TIMESTAMP_NTZ"
  | "VARIANT"
  | "VOID";

/** Large to small. */
export const intervalFields = Object.freeze(["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"] as const);

export type IntervalField = (typeof intervalFields)[number];

export interface SimpleType {
  readonly kind: "simple_type";
  readonly at: Position;
  readonly name: SimpleTypeName;
}

/** `DECIMAL` alone is DECIMAL(10,0), as in Spark. */
export interface DecimalType {
  readonly kind: "decimal_type";
  readonly at: Position;
  readonly precision: number;
  readonly scale: number;
}

/** `CHAR(n)` and `VARCHAR(n)`; length in characters. */
export interface LengthType {
  readonly kind: "length_type";
  readonly at: Position;
  readonly name: "CHAR" | "VARCHAR";
  readonly length: number;
}

export interface IntervalType {
  readonly kind: "interval_type";
  readonly at: Position;
  readonly from: IntervalField;
  readonly to: IntervalField;
}

export interface ArrayType {
  readonly kind: "array_type";
  readonly at: Position;
  readonly element: TypeSyntax;
}

export interface MapType {
  readonly kind: "map_type";
  readonly at: Position;
  readonly key: TypeSyntax;
  readonly value: TypeSyntax;
}

export interface StructField {
  readonly kind: "struct_field";
  readonly at: Position;
  readonly name: Identifier;
  readonly type: TypeSyntax;
  readonly nullable: boolean;
  readonly comment: string | null;
}

export interface StructType {
  readonly kind: "struct_type";
  readonly at: Position;
  readonly fields: readonly StructField[];
}

/** A type as written in CAST, column and parameter lists. */
export type TypeSyntax = SimpleType | DecimalType | LengthType | IntervalType | ArrayType | MapType | StructType;
