import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { parseJson } from "#wire/serving/chat.ts";

/** What a tool's result says about governance: names only. */
export interface GovernanceNote {
  readonly filtered: readonly { readonly table: string; readonly policy: string }[];
  readonly masked: readonly { readonly table: string; readonly column: string; readonly policy: string }[];
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
  readonly isTruncated: boolean;
}

/** A tool's result, read: rows, or an error, or free text; and its governance note. */
export interface ToolResult {
  readonly table?: Table;
  readonly error?: string;
  readonly text?: string;
  readonly governance: GovernanceNote;
}

/** Reads a tool message: `{columns, rows}`, a list of objects, one object, a value, `{error}`, or text. */
export function readResult(content: string): ToolResult {
  const value = parseJson(content);
  const governance = noteIn(value);
  if (value === undefined) return { text: content.trim(), governance };
  if (isJsonObject(value)) {
    if (typeof value.error === "string") return { error: value.error, governance };
    const inner = value.result ?? value.data;
    if (value.columns === undefined && isJsonObject(inner)) {
      return { ...readResult(JSON.stringify(inner)), governance };
    }
    const table = tableOf(value);
    return table ? { table, governance } : { text: "", governance };
  }
  if (Array.isArray(value)) return { table: tableOfObjects(value as readonly Json[]), governance };
  return { table: { columns: ["value"], rows: [[value]], isTruncated: false }, governance };
}

function tableOf(value: JsonObject): Table | undefined {
  const { columns, rows } = value;
  if (Array.isArray(columns) && Array.isArray(rows)) {
    return {
      columns: columns.map((one) => (isJsonObject(one) ? String(one.name) : String(one))),
      rows: rows.map((row) => (Array.isArray(row) ? row.map(trimmed) : [row as Json])),
      isTruncated: value.is_truncated === true,
    };
  }
  const { governance: _, ...plain } = value;
  return Object.keys(plain).length > 0 ? tableOfObjects([plain as JsonObject]) : undefined;
}

function tableOfObjects(list: readonly Json[]): Table {
  const columns = [...new Set(list.flatMap((one) => (isJsonObject(one) ? Object.keys(one) : ["value"])))];
  const rows = list.map((one) => (isJsonObject(one) ? columns.map((column) => one[column] ?? null) : [one]));
  return { columns, rows, isTruncated: false };
}

const trimmed = (cell: Json): Json => (typeof cell === "string" ? cell.trim() : cell);

function noteIn(value: Json | undefined): GovernanceNote {
  const note = isJsonObject(value) && isJsonObject(value.governance) ? value.governance : {};
  const list = (field: Json | undefined): readonly JsonObject[] =>
    Array.isArray(field) ? (field as readonly Json[]).filter((one): one is JsonObject => isJsonObject(one)) : [];
  return {
    filtered: list(note.filtered).map((one) => ({ table: String(one.table), policy: String(one.policy) })),
    masked: list(note.masked).map((one) => ({
      table: String(one.table),
      column: String(one.column),
      policy: String(one.policy),
    })),
  };
}
