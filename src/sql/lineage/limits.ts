/** Steps of tracing one statement's columns: far more than any honest text takes, and well below a second. */
export const TRACE_STEPS_MAX = 500_000;

/** Columns told of one statement, so that its record stays below a shipment's size. */
export const FLOWS_MAX = 5_000;
