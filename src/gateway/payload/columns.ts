import type { ColumnDefinition } from "#kernel/mod.ts";

const column = (name: string, type: string): ColumnDefinition => Object.freeze({ name, type, nullable: true });

/**
 * The columns of an inference table. Source: Databricks docs, "Monitor served models using AI Gateway-enabled inference tables"; their
 * order as in a table that Databricks made.
 */
export const payloadColumns: readonly ColumnDefinition[] = Object.freeze([
  column("databricks_request_id", "STRING"),
  column("request_date", "DATE"),
  column("client_request_id", "STRING"),
  column("request_time", "TIMESTAMP"),
  column("status_code", "INT"),
  column("sampling_fraction", "DOUBLE"),
  column("execution_duration_ms", "BIGINT"),
  column("request", "STRING"),
  column("response", "STRING"),
  column("logging_error_codes", "ARRAY<STRING>"),
  column("served_entity_id", "STRING"),
  column("requester", "STRING"),
]);
