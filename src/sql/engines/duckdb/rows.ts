import type { DuckDBConnection } from "@duckdb/node-api";
import type { EngineColumn, EngineStep, EngineValue } from "../engine.ts";
import { ENGINE_CHUNK_BYTES } from "../limits.ts";
import { textOf } from "./text.ts";

/** What is left of a query's result when its larger pieces have been sent: of a small one, all. */
export interface LastRows {
  readonly columns: readonly EngineColumn[];
  readonly rows: readonly (readonly EngineValue[])[];
  /** A limit cut the rows off. */
  readonly truncated: boolean;
}

/** Quotes and comma of a value in a JSON array. */
const VALUE_OVERHEAD_BYTES = 3;

/** Streams a query's rows as text until they end or a limit is reached, whole pieces by `send`. */
export async function sendRows(
  connection: DuckDBConnection,
  step: Extract<EngineStep, { kind: "query" }>,
  send: (rows: LastRows["rows"]) => Promise<void>,
): Promise<LastRows> {
  const result = await connection.stream(step.sql);
  const types = result.columnTypes();
  const names = result.columnNames();
  const columns = types.map((type, position) => ({ name: names[position] ?? "", type: type.toString() }));
  const formats = types.map(textOf);
  let rows = 0;
  let bytes = 0;
  let pending: EngineValue[][] = [];
  let pending_bytes = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const values of chunk.getRows()) {
      const row = values.map((value, position) => (value === null ? null : (formats[position]?.(value) ?? null)));
      const row_bytes = sizeOf(row);
      if (rows >= step.rows_max || bytes + row_bytes > step.bytes_max)
        return { columns, rows: pending, truncated: true };
      rows += 1;
      bytes += row_bytes;
      pending.push(row);
      pending_bytes += row_bytes;
    }
    if (pending_bytes >= ENGINE_CHUNK_BYTES) {
      await send(pending);
      pending = [];
      pending_bytes = 0;
    }
  }
  return { columns, rows: pending, truncated: false };
}

function sizeOf(row: readonly EngineValue[]): number {
  let bytes = 2;
  for (const value of row) bytes += VALUE_OVERHEAD_BYTES + (value === null ? 4 : Buffer.byteLength(value));
  return bytes;
}
