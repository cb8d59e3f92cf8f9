/** A trace as W3C Trace Context tells it to whoever is called. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly trace_id: string;
  /** The caller's span, 16 hexadecimal digits. */
  readonly parent_id: string;
  /** `SAMPLED` and `RANDOM`; no other bit means anything yet. */
  readonly flags: number;
  /** What others have put on the trace, to be handed on as it is. */
  readonly state?: string;
}

/** Headers for what is called within a trace. */
export type TraceHeaders = { readonly traceparent: string; readonly tracestate?: string };

/** The caller may be recording the trace (section 3.2.2.5.1). */
export const SAMPLED = 0x01;
/** The trace's id is random (level 2, section 2.3.2.2). */
export const RANDOM = 0x02;

const KNOWN_FLAGS = SAMPLED | RANDOM;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;
const NO_VERSION = "ff";
const VERSION = "00";

/** Members of a `tracestate`; one with more is not valid (section 3.3.1.1). */
const STATE_MEMBERS_MAX = 32;
/** Characters that are handed on: what the specification asks for, and no more (section 3.3.1.5). */
const STATE_LENGTH_MAX = 512;
/** Members longer than this are the first to be left out (section 3.3.1.5). */
const STATE_MEMBER_LENGTH_KEPT = 128;
const STATE_KEY = /^(?:[a-z0-9][_0-9a-z\-*/]{0,255}|[a-z0-9][_0-9a-z\-*/]{0,240}@[a-z][_0-9a-z\-*/]{0,13})$/;
const STATE_VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * The trace context of a request's headers; undefined when there is none or it is malformed, which starts a new trace. What
 * follows the four known parts of a later version is not read. Source: W3C Trace Context, sections 3.2 and 3.3.
 */
export function readTraceContext(traceparent: string | undefined, tracestate?: string): TraceContext | undefined {
  const [, version, trace_id = "", parent_id = "", flags = "", more] = TRACEPARENT.exec(traceparent ?? "") ?? [];
  if (version === undefined || version === NO_VERSION || (version === VERSION && more !== undefined)) return undefined;
  if (ZEROS.test(trace_id) || ZEROS.test(parent_id)) return undefined;
  const state = tracestate === undefined ? undefined : readState(tracestate);
  return { trace_id, parent_id, flags: Number.parseInt(flags, 16) & KNOWN_FLAGS, ...(state && { state }) };
}

/** The `traceparent` for what a span calls. */
export const traceparentOf = ({ trace_id, parent_id, flags }: Omit<TraceContext, "state">): string =>
  `${VERSION}-${trace_id}-${parent_id}-${flags.toString(16).padStart(2, "0")}`;

/** The members in their order, as many as fit; undefined when there are none or one is malformed: then none is handed on. */
function readState(text: string): string | undefined {
  const members = text
    .split(",")
    .map((member) => member.replaceAll(/^[ \t]+|[ \t]+$/g, ""))
    .filter((member) => member !== "");
  const keys = members.map((member) => member.slice(0, Math.max(0, member.indexOf("="))));
  const isWellFormed =
    members.length <= STATE_MEMBERS_MAX &&
    new Set(keys).size === keys.length &&
    members.every((member, i) => STATE_KEY.test(keys[i]!) && STATE_VALUE.test(member.slice(keys[i]!.length + 1)));
  return isWellFormed ? fitted(members) || undefined : undefined;
}

function fitted(members: readonly string[]): string {
  const whole = members.join(",");
  if (whole.length <= STATE_LENGTH_MAX) return whole;
  const kept = members.filter((member) => member.length <= STATE_MEMBER_LENGTH_KEPT);
  while (kept.join(",").length > STATE_LENGTH_MAX) kept.pop();
  return kept.join(",");
}
