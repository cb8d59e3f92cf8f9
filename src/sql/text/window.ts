import type { FrameBound, Window, WindowFrame, WindowSpecification } from "../ast/window.ts";
import { printIdentifier } from "./name.ts";
import { printOrderItems } from "./order.ts";
import type { Printer } from "./printer.ts";

function printBound(bound: FrameBound, printer: Printer): string {
  return bound.distance === null ? bound.bound : `(${printer.expression(bound.distance)}) ${bound.bound}`;
}

function printFrame({ unit, start, end }: WindowFrame, printer: Printer): string {
  const first = printBound(start, printer);
  return end === null ? `${unit} ${first}` : `${unit} BETWEEN ${first} AND ${printBound(end, printer)}`;
}

/** `(PARTITION BY … ORDER BY … frame)`. */
export function printSpecification(window: WindowSpecification, printer: Printer): string {
  const parts = [
    window.base === null ? "" : printIdentifier(window.base),
    window.partition.length === 0 ? "" : `PARTITION BY ${window.partition.map(printer.expression).join(", ")}`,
    window.order.length === 0 ? "" : `ORDER BY ${printOrderItems(window.order, printer)}`,
    window.frame === null ? "" : printFrame(window.frame, printer),
  ];
  return `(${parts.filter((part) => part !== "").join(" ")})`;
}

/** What stands behind OVER. */
export function printWindow(window: Window, printer: Printer): string {
  return window.kind === "window_reference" ? printIdentifier(window.name) : printSpecification(window, printer);
}
