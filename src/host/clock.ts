import type { Clock } from "#base/clock.ts";

/** The machine's own time. */
export const systemClock: Clock = { now_ms: () => Date.now() };
