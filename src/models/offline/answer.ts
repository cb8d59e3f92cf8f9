import type { Json } from "#base/json.ts";
import type { ToolDefinition } from "#wire/serving/chat.ts";
import type { GovernanceNote, Table, ToolResult } from "./results.ts";
import { wordsOf } from "./words.ts";

/** Rows written out in one answer; more would not be read. */
const ROWS_SPOKEN_MAX = 25;

const units: ReadonlySet<string> = new Set("usd eur gbp jpy chf km m kg mwh kwh days hours minutes percent".split(" "));

/** The answer to one call: rows as a list, figures as en-US, and by name what was withheld and why. */
export function speakResult(tool: ToolDefinition | undefined, result: ToolResult): string {
  if (result.error !== undefined) {
    return `The tool could not answer${tool ? ` (${subjectOf(tool)})` : ""}: ${result.error}`;
  }
  const body = result.table ? speakTable(tool, result.table, result.governance) : (result.text ?? "");
  return [body, ...speakGovernance(result)].filter(Boolean).join("\n\n");
}

/** What a set of tools can do, for whoever asked for something else. */
export function speakInability(tools: readonly ToolDefinition[]): string {
  if (tools.length === 0) return "I cannot answer that: I have no tools, and I only say what a tool returned.";
  const list = tools.map((tool) => `- ${subjectOf(tool)}`).join("\n");
  return `I cannot answer that with the tools I have. They can tell:\n${list}`;
}

/** Asks for the arguments that a call still needs. */
export function speakMissing(tool: ToolDefinition, names: readonly string[]): string {
  return `To answer that (${subjectOf(tool)}) I need: ${names.join("; ")}. Please name ${names.length > 1 ? "them" : "it"}.`;
}

/** A tool's subject: the first sentence of its description, else its name. */
function subjectOf(tool: ToolDefinition): string {
  const sentence = tool.function.description?.split(/(?<=\.)\s|\n/)[0]?.replace(/\.$/, "");
  return sentence || tool.function.name.split("__").at(-1)!.replaceAll("_", " ");
}

function speakTable(tool: ToolDefinition | undefined, table: Table, governance: GovernanceNote): string {
  const title = tool ? subjectOf(tool) : "Result";
  if (table.rows.length === 0) return `${title}: nothing was found.`;
  const withheld = table.columns.map((column, i) => isWithheld(column, i, table, governance));
  if (table.columns.length === 1 && table.rows.length === 1) {
    return `${title}: ${speakCell(table.columns[0]!, table.rows[0]![0] ?? null, withheld[0]!, true)}`;
  }
  const shown = table.rows.slice(0, ROWS_SPOKEN_MAX);
  const isList = table.rows.length > 1;
  const lines = shown.map((row, i) => `${isList ? `${i + 1}. ` : ""}${speakRow(table.columns, row, withheld)}`);
  const more = table.rows.length - shown.length;
  if (more > 0) lines.push(`and ${speakNumber(more)} more rows.`);
  if (table.isTruncated) lines.push("The tool returned only the first part of its rows.");
  return `${title}:\n${lines.join("\n")}`;
}

function speakRow(columns: readonly string[], row: readonly Json[], withheld: readonly boolean[]): string {
  const cells = columns.map((column, i) => ({ column, value: row[i] ?? null, isWithheld: withheld[i]! }));
  const label = cells.find((cell) => typeof cell.value === "string" && !isNumeric(cell.value));
  const rest = cells
    .filter((cell) => cell !== label)
    .map((cell) => speakCell(cell.column, cell.value, cell.isWithheld));
  return label ? [String(label.value), rest.join(", ")].filter(Boolean).join(": ") : rest.join(", ");
}

function speakCell(column: string, value: Json, isWithheldHere: boolean, alone = false): string {
  const parts = column.split("_");
  const unit = parts.length > 1 && units.has(parts.at(-1)!.toLowerCase()) ? parts.at(-1)! : "";
  const name = (unit ? parts.slice(0, -1) : parts).join(" ");
  if (value === null) return `${alone ? "" : `${name} `}${isWithheldHere ? "withheld" : "not known"}`.trim();
  const isYearOrId = /(?:^|_)(?:year|id|code|number|zip|phone)$/i.test(column);
  if (!isNumeric(value) || isYearOrId) {
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    return alone ? text : `${name} ${text}`;
  }
  const figure = speakNumber(Number(value));
  const shownUnit = unit.length === 3 && /^(?:usd|eur|gbp|jpy|chf)$/i.test(unit) ? unit.toUpperCase() : unit;
  if (alone) return [figure, shownUnit].filter(Boolean).join(" ");
  if (unit) return `${name} ${figure} ${shownUnit}`;
  return parts.length === 1 && /s$/.test(column) ? `${figure} ${name}` : `${name} ${figure}`;
}

const isNumeric = (value: Json): boolean =>
  typeof value === "number" || (typeof value === "string" && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value));

const speakNumber = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 2 });

/** A column without any value counts as withheld when a masked column shares a word with it. */
function isWithheld(column: string, at: number, table: Table, governance: GovernanceNote): boolean {
  if (!table.rows.every((row) => (row[at] ?? null) === null)) return false;
  const words = new Set(wordsOf(column).map((word) => word.concept));
  return governance.masked.some((mask) => wordsOf(mask.column).some((word) => words.has(word.concept)));
}

/** Whoever sees values through a mask is told that it applied; whoever sees none is told that they were withheld. */
function speakGovernance({ governance, table }: ToolResult): readonly string[] {
  const isAnyWithheld = table?.columns.some((column, i) => isWithheld(column, i, table, governance)) ?? false;
  const masks = Map.groupBy(governance.masked, (mask) => `${mask.table}\n${mask.policy}`);
  const filters = new Map(governance.filtered.map((filter) => [`${filter.table}\n${filter.policy}`, filter]));
  return [
    ...[...masks.values()].map(([first, ...others]) => {
      const columns = [first!, ...others].map((mask) => mask.column).join(", ");
      const masked = `${columns} of ${first!.table}, by the column mask ${first!.policy}`;
      return isAnyWithheld ? `Withheld from you: ${masked}.` : `Shown as far as you may see it: ${masked}.`;
    }),
    ...[...filters.values()].map(
      (filter) => `Only rows of ${filter.table} that you may see are counted: its row filter is ${filter.policy}.`,
    ),
  ];
}
