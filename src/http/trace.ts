import type { IdSource } from "#base/ids.ts";
import type { Observer, RequestInfo } from "#kernel/mod.ts";
import { RANDOM, readTraceContext, SAMPLED } from "#wire/trace-context.ts";

/** The trace that the caller's headers name, or a new one, and whether it is recorded. Source: W3C Trace Context. */
export function traceOf(
  { traceparent, tracestate }: Readonly<Record<string, string | undefined>>,
  ids: IdSource,
  observer: Pick<Observer, "samples">,
): Pick<RequestInfo, "trace_id" | "context"> {
  const read = readTraceContext(traceparent, tracestate);
  const { trace_id, ...context } = read ?? { trace_id: ids.hex(16), flags: RANDOM };
  const isSampled = observer.samples(trace_id, read?.flags);
  return { trace_id, context: { ...context, flags: (context.flags & ~SAMPLED) | (isSampled ? SAMPLED : 0) } };
}
