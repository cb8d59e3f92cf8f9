import type { TraceHeaders } from "#wire/trace-context.ts";
import type { ProviderEgress } from "./egress.ts";

/** The way out for one question: what a provider is sent carries the question's trace. Signatures are not over it. */
export function traced(egress: ProviderEgress, trace: TraceHeaders | undefined): ProviderEgress {
  if (!trace) return egress;
  return { open: (url, call) => egress.open(url, { ...call, headers: { ...call.headers, ...trace } }) };
}
