import type { IdSource } from "#base/ids.ts";
import type { RequestInfo } from "#kernel/mod.ts";
import { RANDOM, readTraceContext } from "#wire/trace-context.ts";

/** The trace that the caller's headers name, or a new one. Source: W3C Trace Context. */
export function traceOf(
  { traceparent, tracestate }: Readonly<Record<string, string | undefined>>,
  ids: IdSource,
): Pick<RequestInfo, "trace_id" | "context"> {
  const read = readTraceContext(traceparent, tracestate);
  if (!read) return { trace_id: ids.hex(16), context: { flags: RANDOM } };
  const { trace_id, ...context } = read;
  return { trace_id, context };
}
