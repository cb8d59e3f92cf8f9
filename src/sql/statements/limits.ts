/** How long a finished statement's result can be fetched. Statement Execution API: one hour after success. */
export const RESULT_KEPT_MS = 60 * 60 * 1000;

/** Results kept in this process, all together; beyond it the oldest are closed first. */
export const RESULT_BYTES_KEPT_MAX = 256 * 1024 * 1024;

/** Statements remembered, finished ones included; beyond it the oldest finished are forgotten. */
export const STATEMENTS_KEPT_MAX = 20_000;

/** Rows of a result without `row_limit`: what fits the inline byte limit is never more than this. */
export const RESULT_ROWS_MAX = 10_000_000;

/** A statement's time in the engine. Databricks: STATEMENT_TIMEOUT defaults to two days; one machine shares two cores. */
export const STATEMENT_TIME_MS = 10 * 60 * 1000;

/** `wait_timeout` without one given, and its bounds: 0 or 5 to 50 seconds. Statement Execution API. */
export const WAIT_DEFAULT_S = 10;
export const WAIT_MIN_S = 5;
export const WAIT_MAX_S = 50;

/** Rows of one function call over MCP: more than a model can read. */
export const FUNCTION_ROWS_MAX = 10_000;
