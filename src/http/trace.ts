import type { IdSource } from "#base/ids.ts";

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const ZERO_TRACE = "0".repeat(32);

/** The trace id of the caller's `traceparent` (W3C Trace Context section 3.2), or a new one. */
export function traceIdOf(traceparent: string | undefined, ids: IdSource): string {
  const found = traceparent ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  return found && found !== ZERO_TRACE ? found : ids.hex(16);
}
