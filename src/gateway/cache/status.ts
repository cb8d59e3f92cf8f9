import type { Place } from "./create.ts";

/** Whether the answer was given before, in the header that says so of any cache; nothing where none was looked for. Source: RFC 9211. */
export const cacheStatus = (place: Place<unknown> | undefined): Readonly<Record<string, string>> =>
  place ? { "cache-status": place.found ? "lakeward; hit" : "lakeward; fwd=miss" } : {};
