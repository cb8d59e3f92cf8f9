import { SAMPLED } from "#wire/trace-context.ts";
import type { Sampler } from "./environment.ts";

/** The last seven bytes of a trace's id are the random ones that all who sample by ratio look at (W3C Trace Context level 2). */
const RANDOM_DIGITS = 14;
const RANDOM_MAX = 16 ** RANDOM_DIGITS;

/** Whether a trace is recorded: the same answer wherever its id is asked about. `flags` are its caller's, if it has one. */
export function isSampled({ isParentBased, ratio }: Sampler, trace_id: string, flags: number | undefined): boolean {
  if (isParentBased && flags !== undefined) return (flags & SAMPLED) !== 0;
  if (ratio >= 1) return true;
  return Number.parseInt(trace_id.slice(-RANDOM_DIGITS), 16) / RANDOM_MAX < ratio;
}
