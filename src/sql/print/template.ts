import type { FunctionRow } from "../functions/row.ts";
import { type DataType, spellEngineType } from "../types/mod.ts";

const HOLE = /\{(\d+\*?|\*(?::[^}]*)?|odd|even|type)\}/g;

/** Calls around an aggregate that are none themselves. */
const WRAPPERS: ReadonlySet<string> = new Set([
  "cast",
  "try_cast",
  "coalesce",
  "nullif",
  "system.main.list_filter",
  "system.main.list_distinct",
]);
const CALL = /[a-z_][a-z0-9_.]*\(/gi;

/** What is written within and after the parentheses of an aggregate's call. */
export interface CallParts {
  /** After `(`: `DISTINCT `. */
  readonly opening: string;
  /** Before `)`: ` ORDER BY …`, ` IGNORE NULLS`. */
  readonly closing: string;
  /** After `)`: ` FILTER (…) OVER (…)`. */
  readonly after: string;
}

/** A row's template with its arguments' texts in it, in one pass: what an argument holds is never read as a template. */
export function fillTemplate(row: FunctionRow, given: readonly string[], type: DataType): string {
  return fill(row, row.print, given, type);
}

/** As `fillTemplate`, with `parts` put into the aggregate's call, wherever that stands in the template. */
export function fillCallTemplate(row: FunctionRow, given: readonly string[], type: DataType, parts: CallParts): string {
  const { print } = row;
  const call = [...print.matchAll(CALL)].find((match) => !WRAPPERS.has(match[0].slice(0, -1).toLowerCase()));
  if (!call) throw new TypeError(`${row.name}: its template has no call`);
  const open = call.index + call[0].length;
  const close = closingOf(print, open);
  const [head, inner, tail] = [print.slice(0, open), print.slice(open, close), print.slice(close + 1)];
  const filled = (piece: string): string => fill(row, piece, given, type);
  return `${filled(head)}${parts.opening}${filled(inner)}${parts.closing})${parts.after}${filled(tail)}`;
}

function fill(row: FunctionRow, template: string, given: readonly string[], type: DataType): string {
  if (row.fold) throw new TypeError(`${row.name} is answered at planning and never printed`);
  return template.replace(HOLE, (_, hole: string) => {
    if (hole === "type") return spellEngineType(type);
    if (hole.startsWith("*")) return given.join(hole.length > 1 ? hole.slice(2) : ", ");
    if (hole === "even" || hole === "odd") return given.filter((_, i) => i % 2 === (hole === "odd" ? 1 : 0)).join(", ");
    if (hole.endsWith("*")) return given.slice(Number(hole.slice(0, -1))).join(", ");
    const text = given[Number(hole)];
    if (text === undefined) throw new TypeError(`${row.name}: its template names an argument that is not there`);
    return text;
  });
}

function closingOf(print: string, open: number): number {
  let depth = 1;
  for (let at = open; at < print.length; at += 1) {
    if (print[at] === "(") depth += 1;
    if (print[at] === ")") depth -= 1;
    if (depth === 0) return at;
  }
  throw new TypeError("a template's parentheses do not match");
}
