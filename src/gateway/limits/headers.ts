import type { Count, Take } from "./counters.ts";

/** Seconds until the period of a take is over, at least one. */
export const secondsUntilEnd = ({ period_start_ms, period_ms }: Take, now_ms: number): number =>
  Math.max(1, Math.ceil((period_start_ms + period_ms - now_ms) / 1000));

interface Nearest {
  readonly take: Take;
  readonly max: number;
  readonly left: number;
}

/**
 * Of the limits of each kind the one that is nearest; of several groups, in one of which there must be room, the farthest.
 * Names and the form of durations are those of OpenAI's API (platform.openai.com/docs/guides/rate-limits), which its clients read.
 */
export function headersOf(
  takes: readonly Take[],
  counts: readonly Count[],
  now_ms: number,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const kind of ["requests", "tokens"] as const) {
    let nearest: Nearest | undefined;
    let group: Nearest | undefined;
    for (let i = 0; i < takes.length; i += 1) {
      const take = takes[i]!;
      const max = kind === "requests" ? take.requests_max : take.tokens_max;
      if (max === null) continue;
      const left = Math.max(0, max - counts[i]![kind]);
      if (take.set === 0 && (!nearest || left < nearest.left)) nearest = { take, max, left };
      if (take.set > 0 && (!group || left > group.left)) group = { take, max, left };
    }
    if (group && (!nearest || group.left < nearest.left)) nearest = group;
    if (!nearest) continue;
    headers[`x-ratelimit-limit-${kind}`] = String(nearest.max);
    headers[`x-ratelimit-remaining-${kind}`] = String(nearest.left);
    headers[`x-ratelimit-reset-${kind}`] = `${secondsUntilEnd(nearest.take, now_ms)}s`;
  }
  return headers;
}
