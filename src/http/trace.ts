import type { IdSource } from "#base/ids.ts";
import type { Observer, RequestInfo } from "#kernel/mod.ts";
import { RANDOM, readTraceContext, SAMPLED } from "#wire/trace-context.ts";

/** The trace that the caller's headers name, or a new one. Source: W3C Trace Context. */
export function traceOf(
  { traceparent, tracestate }: Readonly<Record<string, string | undefined>>,
  ids: IdSource,
  observer: Pick<Observer, "samples">,
): Pick<RequestInfo, "trace_id" | "context"> {
  const read = readTraceContext(traceparent, tracestate);
  if (read) {
    const { trace_id, ...context } = read;
    return { trace_id, context };
  }
  const trace_id = ids.hex(16);
  return { trace_id, context: { flags: observer.samples(trace_id) ? RANDOM | SAMPLED : RANDOM } };
}
