import { Fault } from "#wire/errors.ts";
import { type EgressTarget, portOf, refused } from "./egress-target.ts";
import type { EgressRequest } from "./exchange.ts";
import { RefusedAddress } from "./resolve.ts";

/** What an error of a call may say. */
export interface Spoken {
  readonly target: EgressTarget;
  readonly purpose: EgressRequest["purpose"];
  /** Aborted once the call's time is over. */
  readonly deadline: { readonly aborted: boolean };
}

/** What a call failed of, as its caller may be told. */
export function explained(thrown: unknown, { target, purpose, deadline }: Spoken): Fault {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof RefusedAddress) return refused(target.url, purpose, thrown.why);
  if (deadline.aborted)
    return new Fault("DEADLINE_EXCEEDED", `${nameOf(target)} did not answer in time. Try again later.`);
  if (thrown instanceof Error && thrown.name === "AbortError")
    return new Fault("CANCELLED", "The outbound call was cancelled by its caller.");
  return unreachable(target, "the connection failed", thrown);
}

export function unreachable(target: EgressTarget, why: string, cause?: unknown): Fault {
  const internal = cause instanceof Error ? cause.message : undefined;
  return new Fault("BAD_GATEWAY", `${nameOf(target)} could not be called: ${why}. Check its address and its state.`, {
    cause,
    ...(internal !== undefined && { internal }),
  });
}

const nameOf = ({ url }: EgressTarget): string => `${url.hostname}:${portOf(url)}`;
