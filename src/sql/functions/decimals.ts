import { boundedDecimal, type DataType, type DecimalType, decimalOf, isReal } from "../types/mod.ts";

/** Result types of arithmetic on decimals ("numeric operators" of Databricks' SQL reference); of other numbers their own type. */
const ruled =
  (rule: (a: DecimalType, b: DecimalType) => DataType) =>
  (a: DataType, b: DataType): DataType => {
    if (isReal(a) || a.kind !== "decimal") return a;
    return rule(a, decimalOf(b)!);
  };

const added = ruled((a, b) => {
  const scale = Math.max(a.scale, b.scale);
  return boundedDecimal(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
});

export const sumType = added;
export const differenceType = added;
export const productType = ruled((a, b) => boundedDecimal(a.precision + b.precision + 1, a.scale + b.scale));
export const quotientType = ruled((a, b) => {
  const scale = Math.max(6, a.scale + b.precision + 1);
  return boundedDecimal(a.precision - a.scale + b.scale + scale, scale);
});
export const remainderType = ruled((a, b) => {
  const scale = Math.max(a.scale, b.scale);
  return boundedDecimal(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
});
