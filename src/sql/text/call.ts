import type { Argument, Call } from "../ast/expression.ts";
import { printIdentifier, printName } from "./name.ts";
import { printOrderItems } from "./order.ts";
import type { Printer } from "./printer.ts";
import { printWindow } from "./window.ts";

/** Arguments joined by commas. */
export function printArguments(items: readonly Argument[], printer: Printer): string {
  return items
    .map((item) => (item.name === null ? "" : `${printIdentifier(item.name)} => `) + printer.expression(item.value))
    .join(", ");
}

/** A call with all that may follow its arguments. */
export function printCall(call: Call, printer: Printer): string {
  const parts = [
    `${printName(call.name)}(${call.distinct ? "DISTINCT " : ""}${printArguments(call.arguments, printer)})`,
    call.within.length === 0 ? "" : `WITHIN GROUP (ORDER BY ${printOrderItems(call.within, printer)})`,
    call.filter === null ? "" : `FILTER (WHERE ${printer.expression(call.filter)})`,
    call.nulls === null ? "" : `${call.nulls} NULLS`,
    call.over === null ? "" : `OVER ${printWindow(call.over, printer)}`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}
