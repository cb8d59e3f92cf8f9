/** Failures of a key in the present slot of time and in the one before. */
export interface Slots {
  readonly before: number;
  readonly now: number;
}

/**
 * A sliding window by two counters: of the slot before, as much counts as the window still covers. A bound on it holds within each
 * slot, so that any window's length of time sees at most twice the bound.
 */
export function failuresIn({ before, now }: Slots, now_ms: number, window_ms: number): number {
  return now + before * (1 - passed(now_ms, window_ms));
}

/** Milliseconds until fewer than `max` are in the window when none is added. */
export function waitFor({ before, now }: Slots, max: number, now_ms: number, window_ms: number): number {
  const left_ms = window_ms * (1 - passed(now_ms, window_ms));
  // Within this slot `before` fades, and within the next one `now` does.
  if (now < max) return window_ms * (1 - (max - now) / before) - (window_ms - left_ms) + 1;
  return left_ms + window_ms * (1 - max / now) + 1;
}

/** Number of the slot of time. */
export const slotOf = (now_ms: number, window_ms: number): number => Math.floor(now_ms / window_ms);

const passed = (now_ms: number, window_ms: number): number => (now_ms % window_ms) / window_ms;
