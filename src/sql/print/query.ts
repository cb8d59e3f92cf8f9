import type { Body, Column, Expression, Grouping, Query, Select, SortKey, Values } from "../resolve/resolved.ts";
import { spellEngineType } from "../types/mod.ts";
import { sorted } from "./order.ts";
import type { Printer } from "./printer.ts";
import { quoteName } from "./quote.ts";

/** A query without parentheses around it; its columns are named by their ids. */
export function printQueryNode(node: Query, printer: Printer): string {
  const common = node.with.map((entry) => `${quoteName(entry.id)} AS (${printer.query(entry.query)})`);
  const prefix = common.length === 0 ? "" : `WITH ${common.join(", ")} `;
  return `${prefix}${orderedBody(node, printer)}${limitText(node, printer)}`;
}

function limitText({ limit, offset }: Query, { expression }: Printer): string {
  const limited = limit === null ? "" : ` LIMIT ${expression(limit)}`;
  return offset === null ? limited : `${limited} OFFSET ${expression(offset)}`;
}

function orderedBody(node: Query, printer: Printer): string {
  const { body, columns } = node;
  // A constant orders nothing, and a number alone would be read as a place in the select list.
  const keys = node.order.filter((key) => key.value.kind !== "literal");
  if (keys.length === 0) return printBody(body, printer);
  if (body.kind === "select") return `${printBody(body, printer)} ORDER BY ${orderOfSelect(keys, body, printer)}`;
  if (keys.every((key) => key.value.kind === "output")) {
    const places = keys.map((key) => sorted(String(placeOf(key.value, columns)), key));
    return `${printBody(body, printer)} ORDER BY ${places.join(", ")}`;
  }
  return orderOutside(body, columns, keys, printer);
}

function placeOf(value: Expression, columns: readonly Column[]): number {
  const place = columns.findIndex((column) => value.kind === "output" && column.id === value.column);
  if (place < 0) throw new TypeError("a sort key names no column of the output");
  return place + 1;
}

function orderOfSelect(keys: readonly SortKey[], body: Select, printer: Printer): string {
  const columns = body.items.map((item) => item.column);
  const values = new Map(body.items.map((item) => [item.column.id, printer.expression(item.value)]));
  const within = withOutputs(printer, (id) => values.get(id));
  return keys
    .map((key) =>
      sorted(key.value.kind === "output" ? String(placeOf(key.value, columns)) : within.expression(key.value), key),
    )
    .join(", ");
}

/** Set operations and VALUES are ordered by places alone; for more, their rows are named first. */
function orderOutside(body: Body, columns: readonly Column[], keys: readonly SortKey[], printer: Printer): string {
  const named = (id: string): string => `"rows".${quoteName(id)}`;
  const within = withOutputs(printer, named);
  const order = keys.map((key) => sorted(within.expression(key.value), key)).join(", ");
  const items = columns.map((column) => `${named(column.id)} AS ${quoteName(column.id)}`).join(", ");
  return `SELECT ${items} FROM (${printBody(body, printer)}) AS "rows" ORDER BY ${order}`;
}

/** A printer that knows what columns of the output stand for. */
function withOutputs(printer: Printer, textOf: (id: string) => string | undefined): Printer {
  const own: Printer = Object.freeze({
    ...printer,
    expression: (node: Expression) => {
      if (node.kind !== "output") return printer.within(own).expression(node);
      const text = textOf(node.column);
      if (text === undefined) throw new TypeError("a sort key names no column of the output");
      return text;
    },
  });
  return own;
}

function printBody(node: Body, printer: Printer): string {
  switch (node.kind) {
    case "query":
      return `(${printer.query(node)})`;
    case "set_operation":
      return `(${printBody(node.left, printer)}) ${node.operator}${node.all ? " ALL" : ""} (${printBody(node.right, printer)})`;
    case "values":
      return printValues(node, printer);
    case "select":
      return printSelect(node, printer);
  }
}

function printValues({ columns, rows }: Values, printer: Printer): string {
  const names = columns.map((column) => quoteName(column.id));
  const texts = rows.map((row) => `(${row.map(printer.expression).join(", ")})`);
  const items = names.map((name) => `"rows".${name} AS ${name}`).join(", ");
  return `SELECT ${items} FROM (VALUES ${texts.join(", ")}) AS "rows"(${names.join(", ")})`;
}

function printSelect(node: Select, printer: Printer): string {
  const { expression } = printer;
  const clause = (word: string, value: Expression | null): string =>
    value === null ? "" : ` ${word} ${expression(value)}`;
  const items = node.items.map((item) => `${expression(item.value)} AS ${quoteName(item.column.id)}`);
  const from = node.from === null ? "" : ` FROM ${printer.source(node.from)}`;
  return [
    `SELECT ${node.distinct ? "DISTINCT " : ""}${items.join(", ")}${from}`,
    clause("WHERE", node.where),
    node.group === null ? "" : ` GROUP BY ${groupText(node.group, printer)}`,
    clause("HAVING", node.having),
    clause("QUALIFY", node.qualify),
  ].join("");
}

function groupText({ keys, sets }: Grouping, printer: Printer): string {
  // A literal is cast, since the engine reads a bare number as a place in the select list.
  const texts = keys.map((key) =>
    key.kind === "literal"
      ? `CAST(${printer.expression(key)} AS ${spellEngineType(key.type)})`
      : printer.expression(key),
  );
  const [first] = sets;
  if (sets.length === 1 && first?.length === keys.length && keys.length > 0) return texts.join(", ");
  const listed = sets.map((set) => `(${set.map((index) => texts[index]!).join(", ")})`);
  return sets.length === 1 ? listed[0]! : `GROUPING SETS (${listed.join(", ")})`;
}
