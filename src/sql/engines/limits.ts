/** Limits of the SQL engine, each with its unit and its reason. */

const MB = 1024 * 1024;

/** Engine processes of a warehouse. One statement runs in each; two keep a hungry statement from stopping everyone. */
export const ENGINE_PROCESSES = 2;

/** Statements that wait for a process. More waiting than this is an outage: say so at once. */
export const ENGINE_QUEUE_MAX = 1000;

/**
 * Statements of one submitter that wait. They are served in turns with everybody's, so that more of them delay nobody else; but they
 * must not take up the places in the queue that others would need.
 */
export const ENGINE_WAITING_PER_USER_MAX = 200;

/** What DuckDB may allocate for one statement before it spills or gives up. */
export const ENGINE_MEMORY_MB = 1024;

/**
 * What the whole process may allocate beside DuckDB's share: Node's own heap, and allocations that DuckDB does not count, such as those
 * inside one scalar call.
 */
export const ENGINE_PROCESS_EXTRA_MB = 1024;

/** What one statement may spill to disk. */
export const ENGINE_SPILL_MB = 4096;

/**
 * What one file may hold that an engine process writes: a table's new version, or spilled data. A write that runs away ends there and
 * not with the disk that the server and its database live on. Databricks has no such limit; a version of more is several writes.
 */
export const ENGINE_FILE_MB = 16 * 1024;

/** Time of one statement in an engine: Databricks' STATEMENT_TIMEOUT, two days, is the most; who asks for a statement sets less. */
export const ENGINE_STATEMENT_S = 172_800;

/** Threads of one statement. */
export const ENGINE_THREADS = 2;

/** From spawn to the first warm engine: Node starts and DuckDB loads in about 0.3 s; a loaded machine needs many times that. */
export const ENGINE_SPAWN_TIMEOUT_MS = 30_000;

/** From interrupt to kill. DuckDB sees an interrupt between vectors; one scalar call may take minutes over one. */
export const ENGINE_INTERRUPT_GRACE_MS = 500;

/** A process is replaced after so many statements, so that fragments of its memory do not add up. */
export const ENGINE_STATEMENTS_PER_PROCESS = 500;

/** Starts that may fail one after the other before statements are told that the engine does not start. */
export const ENGINE_SPAWN_FAILURES_MAX = 3;

/** Nesting of expressions. The engine's parser and our second wall walk them by recursion. */
export const ENGINE_EXPRESSION_DEPTH_MAX = 500;

/** A result of so few rows may be held in the engine's memory at once, which streams of results save: as many as one of its vectors. */
export const FEW_ROWS = 2048;

/** Bytes of text rows per message to the server: large enough to amortise a message, small beside the result limit. */
export const ENGINE_CHUNK_BYTES = MB;
