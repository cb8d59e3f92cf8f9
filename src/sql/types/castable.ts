import { isNumeric, isString, isTemporal, isVoid } from "./family.ts";
import type { DataType } from "./type.ts";

function nameOf(type: DataType): string {
  return type.kind === "simple" ? type.name : type.kind;
}

/**
 * True when CAST may turn one type into the other ("cast function", table of ANSI mode). Left out, and so refused: a map or struct as
 * text, BINARY to a number, and intervals to or from anything but intervals of their family.
 */
export function isCastable(from: DataType, to: DataType): boolean {
  if (isVoid(from)) return true;
  if (isVoid(to)) return false;
  if (from.kind === "array" && to.kind === "array") return isCastable(from.element, to.element);
  if (from.kind === "array") return isString(to) && isFlat(from.element);
  if (from.kind === "map") return to.kind === "map" && isCastable(from.key, to.key) && isCastable(from.value, to.value);
  if (from.kind === "struct") return isCastableStruct(from.fields, to);
  if (from.kind === "interval")
    return (
      to.kind === "interval" &&
      (from.from === "YEAR" || from.from === "MONTH") === (to.from === "YEAR" || to.from === "MONTH")
    );
  if (to.kind === "array" || to.kind === "map" || to.kind === "struct" || to.kind === "interval") return false;
  const [source, target] = [nameOf(from), nameOf(to)];
  if (source === target || isString(to)) return true;
  if (isString(from)) return true;
  if (isNumeric(from)) return isNumeric(to) || target === "BOOLEAN" || target === "TIMESTAMP";
  if (source === "BOOLEAN") return isNumeric(to);
  if (isTemporal(from)) return isTemporal(to) || (source === "TIMESTAMP" && isNumeric(to));
  return false;
}

function isFlat(type: DataType): boolean {
  return type.kind === "simple" || type.kind === "decimal";
}

function isCastableStruct(fields: readonly { readonly type: DataType }[], to: DataType): boolean {
  return (
    to.kind === "struct" &&
    to.fields.length === fields.length &&
    fields.every((field, index) => isCastable(field.type, to.fields[index]!.type))
  );
}
