import { type TraceHeaders, traceparentOf } from "#wire/trace-context.ts";
import type { Action } from "./actions.ts";
import type { Doorway, RequestInfo } from "./doors.ts";
import type { Permit } from "./permit.ts";
import type { RecordKey } from "./record.ts";

/** Two odd numbers far from each other: each half of a span's id mixes the key by its own. */
const FIRST = 2_654_435_761;
const SECOND = 1_597_334_677;

/**
 * 16 hexadecimal digits that name a span within its trace. They are made of what the span is, so that nothing need be kept from
 * its begin to its end, and whatever tells of it calls it the same. Not a secret, and no proof of anything.
 */
function spanId(key: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < key.length; i += 1) {
    const unit = key.charCodeAt(i);
    a = Math.imul(a ^ unit, FIRST);
    b = Math.imul(b ^ unit, SECOND);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  // An id of zeros alone means "none".
  return hex(a) + hex(b || 1);
}

const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, "0");

/** The span of a whole request. */
export const requestSpanId = ({ request_id }: Pick<RequestInfo, "request_id">): string => spanId(request_id);

/** The span of a passage through an inner door. */
export const passageSpanId = ({ request, hop }: Pick<Doorway, "request" | "hop">): string =>
  spanId(`${request.request_id}/${hop}`);

/** The span of what a permit was given for. */
export const permitSpanId = ({ request_id, hop, permit }: Omit<RecordKey, "phase">): string =>
  spanId(`${request_id}/${hop}/${permit}`);

/** Headers for what is called under a permit, so that all of it is one trace. Source: W3C Trace Context. */
export function traceHeadersOf({ doorway, number }: Pick<Permit<Action>, "doorway" | "number">): TraceHeaders {
  const { request_id, trace_id, context } = doorway.request;
  const parent_id = permitSpanId({ request_id, hop: doorway.hop, permit: number });
  return {
    traceparent: traceparentOf({ trace_id, parent_id, flags: context?.flags ?? 0 }),
    ...(context?.state !== undefined && { tracestate: context.state }),
  };
}
