import { LENDING_DEPTH_MAX } from "#base/limits.ts";
import type { LentBy } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { CurrentNames } from "./names.ts";

/** Where a text stands: whose loan it runs on, and where its unqualified names resolve. */
export interface TextScope {
  readonly current: CurrentNames;
  /** Null for the statement's own text, which runs on the subject's rights alone. */
  readonly lender: LentBy | null;
  /** Views, functions and policies being expanded, outermost first: `View 'main.s.v'`. */
  readonly within: readonly string[];
  /** A function's body, which its caller's values stand in. */
  readonly called?: true;
}

/**
 * The scope of a text that `lender` lends to, inside `outer`.
 * @throws Fault BAD_REQUEST when it is being expanded already, or lies too deep: never an unfiltered table instead.
 */
export function scopeWithin(
  outer: TextScope,
  spoken: string,
  current: readonly [string, string],
  lender: LentBy,
): TextScope {
  refuseRecursion(outer, spoken);
  const through = outer.lender
    ? [...(outer.lender.through ?? []), { what: outer.lender.what, owner: outer.lender.owner }]
    : [];
  return {
    current: { catalog: current[0], schema: current[1] },
    lender: through.length > 0 ? { ...lender, through } : lender,
    within: [...outer.within, spoken],
  };
}

/** What a table's policies are called among what a text stands in. */
const POLICY = "The policy of ";

/** Whether a text stands in a policy, at whatever depth. */
export function isUnderPolicy(within: readonly string[]): boolean {
  return within.some((one) => one.startsWith(POLICY));
}

/** @throws Fault BAD_REQUEST when `spoken` is being expanded already, or lies too deep. */
export function refuseRecursion(outer: TextScope, spoken: string): void {
  if (outer.within.includes(spoken))
    throw new Fault("BAD_REQUEST", `${spoken} is recursive: it leads back to itself. Its owner must change it.`, {
      reason: "RECURSIVE_DEFINITION",
      sqlstate: "42P19",
    });
  if (outer.within.length >= LENDING_DEPTH_MAX)
    throw new Fault("BAD_REQUEST", `${spoken} lies more than ${LENDING_DEPTH_MAX} views and functions deep.`, {
      reason: "VIEW_EXCEED_MAX_NESTED_DEPTH",
      sqlstate: "54K00",
    });
}
