/** Series of one instrument: OpenTelemetry's own default. What is beyond counts as one series that says so. */
export const SERIES_MAX = 2_000;
