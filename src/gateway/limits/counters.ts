/** What is taken of one count. */
export interface Take {
  readonly key: string;
  /** When the period began; another one is counted anew. */
  readonly period_start_ms: number;
  readonly period_ms: number;
  /** Requests that there may be in the period; null for any number. */
  readonly requests_max: number | null;
  readonly tokens_max: number | null;
  readonly tokens: number;
}

/** A count after what was taken of it. */
export interface Count {
  readonly requests: number;
  readonly tokens: number;
}

/** Where counts are kept. Implemented in the process, and in Postgres for several servers. */
export interface Counters {
  /**
   * Adds a request and its tokens to every count, or to none: then the takes that there is no room for are told.
   * @throws Fault TEMPORARILY_UNAVAILABLE when the counts cannot be reached: nothing is let through then.
   */
  take(takes: readonly Take[]): Promise<{ readonly counts: readonly Count[] } | { readonly full: readonly Take[] }>;
  /** Adds tokens, or takes them back, in the periods in which they were taken. */
  correct(takes: readonly Take[], tokens: readonly number[]): Promise<void>;
}

/** Whether there is room in a count for one more request with its tokens. */
export const hasRoom = ({ requests, tokens }: Count, take: Take): boolean =>
  (take.requests_max === null || requests + 1 <= take.requests_max) &&
  (take.tokens_max === null || tokens + take.tokens <= take.tokens_max);
