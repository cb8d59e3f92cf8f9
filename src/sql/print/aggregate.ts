import { Fault } from "#wire/errors.ts";
import type { Aggregate, Expression, Frame, FrameBound, WindowCall } from "../resolve/resolved.ts";
import { orderClause } from "./order.ts";
import type { Printer } from "./printer.ts";
import { fillCallTemplate } from "./template.ts";

const opening = (distinct: boolean): string => (distinct ? "DISTINCT " : "");

const filterClause = (filter: Expression | null, printer: Printer): string =>
  filter === null ? "" : ` FILTER (WHERE ${printer.expression(filter)})`;

/** An aggregate over the rows of a group. */
export function printAggregate(node: Aggregate, printer: Printer): string {
  if (node.function.ordered_set) return printOrderedSet(node, printer);
  return fillCallTemplate(node.function, node.arguments.map(printer.expression), node.type, {
    opening: opening(node.distinct),
    closing: orderClause(node.order, printer),
    after: filterClause(node.filter, printer),
  });
}

/** The fraction of an ordered set: from the other end when the order is descending. */
function printOrderedSet(node: Aggregate, printer: Printer): string {
  const [key, ...others] = node.order;
  const [fraction] = node.arguments.map(printer.expression);
  if (!key || others.length > 0 || fraction === undefined)
    throw new Fault(
      "BAD_REQUEST",
      `[UNSUPPORTED_FEATURE] ${node.function.name} takes WITHIN GROUP (ORDER BY one value).`,
      {
        reason: "UNSUPPORTED_FEATURE",
        sqlstate: "0A000",
      },
    );
  const place = key.direction === "DESC" ? `(1 - ${fraction})` : fraction;
  return fillCallTemplate(node.function, [printer.expression(key.value), place], node.type, {
    opening: opening(node.distinct),
    closing: "",
    after: filterClause(node.filter, printer),
  });
}

/** A function over a window, which is written out in full. */
export function printWindow(node: WindowCall, printer: Printer): string {
  return fillCallTemplate(node.function, node.arguments.map(printer.expression), node.type, {
    opening: opening(node.distinct),
    closing: node.ignore_nulls ? " IGNORE NULLS" : "",
    after: `${filterClause(node.filter, printer)} OVER (${windowText(node, printer)})`,
  });
}

function windowText(node: WindowCall, printer: Printer): string {
  const partition =
    node.partition.length === 0 ? "" : `PARTITION BY ${node.partition.map(printer.expression).join(", ")}`;
  const frame = node.frame === null ? "" : ` ${frameText(node.frame, printer)}`;
  return `${partition}${orderClause(node.order, printer)}${frame}`.trim();
}

function frameText({ unit, start, end }: Frame, printer: Printer): string {
  return `${unit} BETWEEN ${boundText(start, printer)} AND ${boundText(end, printer)}`;
}

function boundText({ bound, distance }: FrameBound, printer: Printer): string {
  return distance === null ? bound : `${printer.expression(distance)} ${bound}`;
}
