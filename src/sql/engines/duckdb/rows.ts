import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBMaterializedResult,
  type DuckDBResult,
} from "@duckdb/node-api";
import type { EngineColumn, EngineStep, EngineValue } from "../engine.ts";
import { ENGINE_CHUNK_BYTES, FEW_ROWS } from "../limits.ts";
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

type QueryStep = Extract<EngineStep, { kind: "query" }>;

/** Gives a query's rows as text until they end or a limit is reached, whole pieces by `send`. */
export async function sendRows(
  connection: DuckDBConnection,
  step: QueryStep,
  send: (rows: LastRows["rows"]) => Promise<void>,
): Promise<LastRows> {
  const result = (await fewRows(connection, step)) ?? (await streamed(connection, step.sql));
  const types = result.columnTypes();
  const names = result.columnNames();
  const columns = types.map((type, position) => ({ name: names[position] ?? "", type: type.toString() }));
  const formats = types.map(textOf);
  let rows = 0;
  let bytes = 0;
  let pending: EngineValue[][] = [];
  let pending_bytes = 0;
  for await (const chunk of chunksOf(result)) {
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

/** The whole result, when it is small as expected: it takes the engine fewer turns than a stream. */
async function fewRows(
  connection: DuckDBConnection,
  { sql, expected }: QueryStep,
): Promise<DuckDBMaterializedResult | undefined> {
  if (expected === undefined) return undefined;
  if (expected === "few") return connection.run(sql);
  const result = await connection.run(`SELECT * FROM (${sql}\n) LIMIT ${FEW_ROWS}`);
  return result.rowCount < FEW_ROWS ? result : undefined;
}

/**
 * A stream of the result. The engine plans a statement on files twice, when it is prepared and when it runs: one with a parameter that
 * has no type before it is bound, it plans once. Nothing reads the parameter.
 */
async function streamed(connection: DuckDBConnection, sql: string): Promise<DuckDBResult> {
  const unread = "unread AS (SELECT $1)";
  const prepared = await connection.prepare(
    sql.startsWith("WITH ") ? `WITH ${unread}, ${sql.slice("WITH ".length)}` : `WITH ${unread} ${sql}`,
  );
  try {
    prepared.bindNull(1);
    return await prepared.stream();
  } finally {
    prepared.destroySync();
  }
}

async function* chunksOf(result: DuckDBResult): AsyncIterable<DuckDBDataChunk> {
  if (result instanceof DuckDBMaterializedResult) {
    for (let i = 0; i < result.chunkCount; i += 1) yield result.getChunk(i);
    return;
  }
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk;
  }
}

function sizeOf(row: readonly EngineValue[]): number {
  let bytes = 2;
  for (const value of row) bytes += VALUE_OVERHEAD_BYTES + (value === null ? 4 : Buffer.byteLength(value));
  return bytes;
}
