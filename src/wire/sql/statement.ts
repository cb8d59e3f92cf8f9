import { type Static, Type } from "typebox";

/**
 * Shapes of the Statement Execution API. Source: Databricks REST reference "Statement Execution", and databricks-sdk-py
 * `service/sql.py` (ExecuteStatementRequest, StatementResponse, StatementStatus, ResultManifest, ResultData, ServiceErrorCode).
 */

/** `value` is text, read as `type`; without a value the parameter is NULL, without a type STRING. */
export const StatementParameter = Type.Object({
  name: Type.String({ minLength: 1 }),
  value: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  type: Type.Optional(Type.String()),
});

export const ExecuteStatementRequest = Type.Object({
  statement: Type.String({ minLength: 1 }),
  warehouse_id: Type.String({ minLength: 1 }),
  catalog: Type.Optional(Type.String()),
  schema: Type.Optional(Type.String()),
  parameters: Type.Optional(Type.Array(StatementParameter)),
  row_limit: Type.Optional(Type.Integer({ minimum: 1 })),
  byte_limit: Type.Optional(Type.Integer({ minimum: 1 })),
  wait_timeout: Type.Optional(Type.String()),
  on_wait_timeout: Type.Optional(Type.String()),
  format: Type.Optional(Type.String()),
  disposition: Type.Optional(Type.String()),
});

/** `PENDING`: not begun. `CANCELED`: by the caller, or by `on_wait_timeout=CANCEL`. `CLOSED`: its result is no longer kept. */
export const StatementState = Type.Union([
  Type.Literal("PENDING"),
  Type.Literal("RUNNING"),
  Type.Literal("SUCCEEDED"),
  Type.Literal("FAILED"),
  Type.Literal("CANCELED"),
  Type.Literal("CLOSED"),
]);

export const StatementStatus = Type.Object({
  state: StatementState,
  /** SQLSTATE, of a failed statement only. */
  sql_state: Type.Optional(Type.String()),
  error: Type.Optional(Type.Object({ error_code: Type.String(), message: Type.String() })),
});

/** `type_name` is the base type, `type_text` the whole one, `position` counts from 0. */
export const ResultColumn = Type.Object({
  name: Type.String(),
  type_text: Type.String(),
  type_name: Type.String(),
  position: Type.Integer(),
  type_precision: Type.Optional(Type.Integer()),
  type_scale: Type.Optional(Type.Integer()),
  type_interval_type: Type.Optional(Type.String()),
});

export const ResultManifest = Type.Object({
  format: Type.Literal("JSON_ARRAY"),
  schema: Type.Object({ column_count: Type.Integer(), columns: Type.Array(ResultColumn) }),
  total_chunk_count: Type.Integer(),
  chunks: Type.Array(
    Type.Object({
      chunk_index: Type.Integer(),
      row_offset: Type.Integer(),
      row_count: Type.Integer(),
      byte_count: Type.Integer(),
    }),
  ),
  total_row_count: Type.Integer(),
  total_byte_count: Type.Integer(),
  truncated: Type.Boolean(),
});

/** One chunk. Every value that is not NULL is text. */
export const ResultData = Type.Object({
  chunk_index: Type.Integer(),
  row_offset: Type.Integer(),
  row_count: Type.Integer(),
  data_array: Type.Array(Type.Array(Type.Union([Type.String(), Type.Null()]))),
});

export const StatementResponse = Type.Object({
  statement_id: Type.String(),
  status: StatementStatus,
  manifest: Type.Optional(ResultManifest),
  result: Type.Optional(ResultData),
});

export type StatementParameter = Static<typeof StatementParameter>;
export type ExecuteStatementRequest = Static<typeof ExecuteStatementRequest>;
export type StatementState = Static<typeof StatementState>;
export type StatementStatus = Static<typeof StatementStatus>;
export type ResultColumn = Static<typeof ResultColumn>;
export type ResultManifest = Static<typeof ResultManifest>;
export type ResultData = Static<typeof ResultData>;
export type StatementResponse = Static<typeof StatementResponse>;
