/** Series of one instrument: OpenTelemetry's own default. What is beyond counts as one series that says so. */
export const SERIES_MAX = 2_000;

/** How long a closing server waits for its collector. */
export const CLOSE_MS_MAX = 2_000;
