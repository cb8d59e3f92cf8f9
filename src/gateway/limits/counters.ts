/** What is asked of one count. */
export interface Take {
  readonly key: string;
  /** When the period began; another one is counted anew. */
  readonly period_start_ms: number;
  readonly period_ms: number;
  /** Requests that there may be in the period; null for any number. */
  readonly requests_max: number | null;
  readonly tokens_max: number | null;
  readonly tokens: number;
  /** Takes of one set are taken together. There must be room in set 0, and in one of the others when there are others. */
  readonly set: number;
}

/** What is counted in one period. */
export interface Count {
  readonly requests: number;
  readonly tokens: number;
}

/** How a taking went. */
export interface Taken {
  readonly isTaken: boolean;
  /** Of each take, in their order, what was counted just before. */
  readonly before: readonly Count[];
}

/** Where counts are kept. Implemented in the process, and in Postgres and Redis for several servers. */
export interface Counters {
  /**
   * Adds a request and its tokens to every count whose set has room, when there is room in all that must have some, or to none.
   * @throws Fault TEMPORARILY_UNAVAILABLE when the counts cannot be reached: nothing is let through then.
   */
  take(takes: readonly Take[]): Promise<Taken>;
  /**
   * Adds to the tokens of each take, or takes of them, in the period in which they were taken; when that is over, nothing.
   * @throws Fault TEMPORARILY_UNAVAILABLE
   */
  correct(takes: readonly Take[], changes: readonly number[]): Promise<void>;
}

/** Whether there is room in a count for one more request with its tokens. */
export const hasRoom = ({ requests, tokens }: Count, take: Take): boolean =>
  (take.requests_max === null || requests + 1 <= take.requests_max) &&
  (take.tokens_max === null || tokens + take.tokens <= take.tokens_max);

/** The sets in which some count has no room. */
export function fullSets(takes: readonly Take[], before: readonly Count[]): ReadonlySet<number> {
  const full = new Set<number>();
  for (let i = 0; i < takes.length; i += 1) if (!hasRoom(before[i]!, takes[i]!)) full.add(takes[i]!.set);
  return full;
}

/** Whether there is room wherever there must be. */
export const isOpen = (takes: readonly Take[], full: ReadonlySet<number>): boolean =>
  !full.has(0) && (takes.every((take) => take.set === 0) || takes.some((take) => take.set > 0 && !full.has(take.set)));
