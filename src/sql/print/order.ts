import type { SortKey } from "../resolve/resolved.ts";
import type { Printer } from "./printer.ts";

/** A key's text with its direction and the place of NULLs. */
export function sorted(text: string, { direction, nulls }: SortKey): string {
  return `${text} ${direction} NULLS ${nulls}`;
}

/** ` ORDER BY …`, or nothing. */
export function orderClause(keys: readonly SortKey[], printer: Printer): string {
  return keys.length === 0
    ? ""
    : ` ORDER BY ${keys.map((key) => sorted(printer.expression(key.value), key)).join(", ")}`;
}
