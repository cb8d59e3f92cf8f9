import type { IntervalField, SimpleTypeName as WrittenTypeName } from "../ast/type.ts";

/** Data types of the dialect, as frozen data. CHAR(n) and VARCHAR(n) are STRING once read; VARIANT is refused. */
export type SimpleTypeName = Exclude<WrittenTypeName, "VARIANT">;

export interface SimpleType {
  readonly kind: "simple";
  readonly name: SimpleTypeName;
}

/** Precision 1 to 38 digits, scale 0 to precision. */
export interface DecimalType {
  readonly kind: "decimal";
  readonly precision: number;
  readonly scale: number;
}

/** Year-month (YEAR, MONTH) or day-time (DAY to SECOND) family; the two never mix. */
export interface IntervalType {
  readonly kind: "interval";
  readonly from: IntervalField;
  readonly to: IntervalField;
}

export interface ArrayType {
  readonly kind: "array";
  readonly element: DataType;
}

export interface MapType {
  readonly kind: "map";
  readonly key: DataType;
  readonly value: DataType;
}

export interface StructField {
  readonly name: string;
  readonly type: DataType;
}

export interface StructType {
  readonly kind: "struct";
  readonly fields: readonly StructField[];
}

export type DataType = SimpleType | DecimalType | IntervalType | ArrayType | MapType | StructType;

function simple(name: SimpleTypeName): SimpleType {
  return Object.freeze({ kind: "simple", name });
}

export const BOOLEAN = simple("BOOLEAN");
export const SMALLINT = simple("SMALLINT");
export const INT = simple("INT");
export const BIGINT = simple("BIGINT");
export const FLOAT = simple("FLOAT");
export const DOUBLE = simple("DOUBLE");
export const STRING = simple("STRING");
export const BINARY = simple("BINARY");
export const DATE = simple("DATE");
export const TIMESTAMP = simple("TIMESTAMP");
/** The type of a bare NULL. */
export const VOID = simple("VOID");

export function decimal(precision: number, scale: number): DecimalType {
  return Object.freeze({ kind: "decimal", precision, scale });
}

export function interval(from: IntervalField, to: IntervalField): IntervalType {
  return Object.freeze({ kind: "interval", from, to });
}

export function array(element: DataType): ArrayType {
  return Object.freeze({ kind: "array", element });
}

export function map(key: DataType, value: DataType): MapType {
  return Object.freeze({ kind: "map", key, value });
}

export function struct(fields: readonly StructField[]): StructType {
  return Object.freeze({ kind: "struct", fields: Object.freeze(fields.map((field) => Object.freeze({ ...field }))) });
}

/** True when two types are the same; field names of structs compare without case. */
export function sameType(a: DataType, b: DataType): boolean {
  if (a.kind === "simple") return b.kind === "simple" && a.name === b.name;
  if (a.kind === "decimal") return b.kind === "decimal" && a.precision === b.precision && a.scale === b.scale;
  if (a.kind === "interval") return b.kind === "interval" && a.from === b.from && a.to === b.to;
  if (a.kind === "array") return b.kind === "array" && sameType(a.element, b.element);
  if (a.kind === "map") return b.kind === "map" && sameType(a.key, b.key) && sameType(a.value, b.value);
  return (
    b.kind === "struct" &&
    a.fields.length === b.fields.length &&
    a.fields.every((field, index) => {
      const other = b.fields[index]!;
      return field.name.toLowerCase() === other.name.toLowerCase() && sameType(field.type, other.type);
    })
  );
}
