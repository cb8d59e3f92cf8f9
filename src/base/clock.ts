/** A source of time. Passed in wherever time is read, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now_ms(): number;
}
