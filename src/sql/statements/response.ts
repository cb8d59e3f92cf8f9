import { Fault } from "#wire/errors.ts";
import type { ResultColumn, ResultData, ResultManifest, StatementResponse } from "#wire/sql/statement.ts";
import type { StatementResult } from "../plan/session.ts";
import type { StatementEntry } from "./registry.ts";

/** Databricks type name to ColumnInfo.type_name; what is not listed is its own name. */
const typeNames: Readonly<Record<string, string>> = {
  TINYINT: "BYTE",
  SMALLINT: "SHORT",
  BIGINT: "LONG",
  VARCHAR: "STRING",
  VARIANT: "STRING",
  VOID: "NULL",
  TIMESTAMP_NTZ: "TIMESTAMP",
};

/** A statement as GET and POST show it. */
export function responseOf(entry: StatementEntry): StatementResponse {
  return {
    statement_id: entry.id,
    status: { state: entry.state, ...entry.failure },
    ...(entry.result && { manifest: manifestOf(entry.result, entry.bytes), result: chunkOf(entry.result, 0) }),
  };
}

/** Chunk `index` of a result: inline results have one. @throws Fault when there is no such chunk, or no result to take it from. */
export function chunkOfEntry(entry: StatementEntry, index: number): ResultData {
  if (!entry.result)
    throw new Fault("INVALID_STATE", `Statement '${entry.id}' is ${entry.state}: it has no result to fetch.`);
  return chunkOf(entry.result, index);
}

function chunkOf(result: StatementResult, index: number): ResultData {
  if (index !== 0)
    throw new Fault("INVALID_PARAMETER_VALUE", `There is no chunk ${index}; the result has one, chunk 0.`);
  return {
    chunk_index: 0,
    row_offset: 0,
    row_count: result.rows.length,
    data_array: result.rows.map((row) => [...row]),
  };
}

function manifestOf(result: StatementResult, byte_count: number): ResultManifest {
  const row_count = result.rows.length;
  const chunks = row_count === 0 ? [] : [{ chunk_index: 0, row_offset: 0, row_count, byte_count }];
  return {
    format: "JSON_ARRAY",
    schema: { column_count: result.columns.length, columns: result.columns.map(columnOf) },
    total_chunk_count: chunks.length,
    chunks,
    total_row_count: row_count,
    total_byte_count: byte_count,
    truncated: result.truncated,
  };
}

function columnOf({ name, type }: { readonly name: string; readonly type: string }, position: number): ResultColumn {
  const [base = type, first, second] = type.split(/[(<,\s)]+/);
  const interval = base === "INTERVAL" ? type.slice("INTERVAL ".length) : undefined;
  return {
    name,
    type_text: type,
    type_name: typeNames[base] ?? base,
    position,
    ...(base === "DECIMAL" && { type_precision: Number(first), type_scale: Number(second) }),
    ...(interval && { type_interval_type: interval }),
  };
}
