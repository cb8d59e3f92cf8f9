/** Rows of a statement's result; beyond it the result is cut and says so. Clients of Databricks' managed server report this cap. */
export const STATEMENT_ROWS_MAX = 12_288;

/** Bytes of a statement's values; beyond it the result is cut and says so. Each value travels twice, as text and as structured content. */
export const STATEMENT_BYTES_MAX = 4 * 1024 * 1024;

/** How long a call waits for its statement. The Statement Execution API's own default; clients give up after 60 seconds. */
export const STATEMENT_WAIT_S = 10;
