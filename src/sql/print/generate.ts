import type { Generate } from "../resolve/resolved.ts";
import type { DataType } from "../types/mod.ts";
import type { Printer } from "./printer.ts";
import { quoteName, quoteText } from "./quote.ts";

/** The values of each column of a generator, as select items over its arguments; lists run out together, row by row. */
type Items = (given: readonly string[], types: readonly DataType[]) => readonly string[];

const unnest = (list: string): string => `unnest(${list})`;

const explode: Items = ([list], [type]) =>
  type?.kind === "map"
    ? [unnest(`system.main.map_keys(${list})`), unnest(`system.main.map_values(${list})`)]
    : [unnest(list!)];

const posexplode: Items = ([list], [type]) => {
  const positions = `CAST(unnest(system.main.range(0, system.main.${type?.kind === "map" ? "cardinality" : "len"}(${list}))) AS INTEGER)`;
  return [positions, ...explode([list!], [type!])];
};

const inline: Items = ([list], [type]) => {
  if (type?.kind !== "array" || type.element.kind !== "struct") throw new TypeError("inline takes an array of structs");
  return type.element.fields.map((field) => `system.main.struct_extract(${unnest(list!)}, ${quoteText(field.name)})`);
};

const generators: Readonly<Record<string, Items>> = Object.freeze({
  explode,
  explode_outer: explode,
  posexplode,
  posexplode_outer: posexplode,
  inline,
  inline_outer: inline,
});

/** A generator as a subquery in FROM, once for each row of its input. */
export function printGenerate(node: Generate, printer: Printer): string {
  const rows = `(${rowsOf(node, printer)}) AS ${quoteName(node.alias)}`;
  if (node.input === null)
    return node.outer ? `(SELECT 1) AS ${quoteName(`${node.alias}_one`)} LEFT JOIN LATERAL ${rows} ON TRUE` : rows;
  const input = printer.source(node.input);
  return node.outer ? `${input} LEFT JOIN LATERAL ${rows} ON TRUE` : `${input} CROSS JOIN LATERAL ${rows}`;
}

function rowsOf(node: Generate, printer: Printer): string {
  const given = node.arguments.map(printer.expression);
  const { name } = node.function;
  if (name === "range") return rangeRows(node, given);
  const items = Object.hasOwn(generators, name) ? generators[name] : undefined;
  if (!items) throw new TypeError(`there is no generator ${name}`);
  const made = items(
    given,
    node.arguments.map((each) => each.type),
  );
  return `SELECT ${node.columns.map((column, i) => `${made[i]!} AS ${quoteName(column.id)}`).join(", ")}`;
}

/** `range(end)`, `range(start, end)`, `range(start, end, step)`; a number of partitions means nothing here. */
function rangeRows(node: Generate, given: readonly string[]): string {
  const [column] = node.columns;
  return `SELECT "r"."x" AS ${quoteName(column!.id)} FROM range(${given.slice(0, 3).join(", ")}) AS "r"("x")`;
}
