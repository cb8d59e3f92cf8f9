/** A segment is closed when it is larger. Small enough to be read whole when the journal opens. */
export const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;

/** Records of one shipment: one INSERT, well below Postgres' 65,535 parameters. */
export const SHIPMENT_RECORDS_MAX = 1000;

/** Bytes read from a segment at once; a shipment holds at most this much. */
export const SHIPMENT_BYTES_MAX = 1024 * 1024;

/** While nobody waits, records gather this long, so that one transaction ships many. */
export const SHIPMENT_PAUSE_MS = 250;

/** What was written last is kept in memory up to this much: under load, some pauses' worth. */
export const RECENT_BYTES_MAX = 4 * 1024 * 1024;

/** Rows of one shipment end with the piece in which they come to this many bytes; the engine holds them in memory at once. */
export const ROWS_SHIPMENT_BYTES_MAX = 8 * 1024 * 1024;

/** While nobody reads their table, rows gather this long: each shipment is a file of it. */
export const ROWS_PAUSE_MS = 15_000;

/** Waits between tries while the database is away. */
export const SHIPMENT_RETRY_FIRST_MS = 100;
export const SHIPMENT_RETRY_MS_MAX = 5_000;

/** How long a reader of the trail waits for the database to take what the journal holds. */
export const SHIPPED_WAIT_MS_MAX = 10_000;

/** How long closing waits for the last shipment; what is left is shipped at the next start. */
export const CLOSE_WAIT_MS_MAX = 5_000;

/** Rows a scan of the audit table takes from Postgres at once. */
export const SCAN_ROWS_MAX = 1000;
