import type { Basis, Hop } from "#kernel/mod.ts";
import type { Form } from "../plan/planner.ts";

/** A policy that shapes what is seen. */
export interface ExplainedPolicy {
  readonly policy: string;
  /** The table itself, or the securable above it that the policy is defined on: `TABLE main.s.t`. Null for a hidden one. */
  readonly source: string | null;
  /** Its function with the arguments that it is bound to; null for who may not read it. */
  readonly text: string | null;
  /** The function's body; null also for who may not know of the function. */
  readonly definition: string | null;
}

export interface ExplainedMask extends ExplainedPolicy {
  readonly column: string;
}

/** What is decided about one table, view or function, by one way to it. */
export interface Finding {
  /** Null for what somebody else's rights lend and the caller may not know of. */
  readonly name: string | null;
  readonly type: "TABLE" | "VIEW" | "FUNCTION";
  readonly decision: "ALLOWED" | "DENIED";
  /** Why it is denied, in the words that its reading would be refused with; null for what is allowed. */
  readonly reason: string | null;
  /** What lets it pass; empty for a denial, and for access that somebody else's rights lend. */
  readonly granted_by: readonly Basis[];
  /** The views and functions that lend the access, outermost first, and whose right it is; nothing but the kind of hidden ones. */
  readonly lent_by: readonly {
    readonly type: Hop["type"];
    readonly name: string | null;
    readonly owner: string | null;
  }[];
  readonly row_filters: readonly ExplainedPolicy[];
  readonly column_masks: readonly ExplainedMask[];
  /** Of a table, or of a Python function. Null for what else there is, and where planning did not come so far. */
  readonly form: Form | "CALLED" | null;
}

/** How a query would be governed. Nothing of it depends on any row. */
export interface Explanation {
  /** Whose decisions these are. */
  readonly subject: string;
  readonly findings: readonly Finding[];
}

/** Why a form was chosen. */
export const formReasons: Readonly<Record<Form | "CALLED", string>> = Object.freeze({
  OPEN: "No policy applies, so that all rows may be seen.",
  INLINED:
    "The policies stand within the query: nothing written around them can fail, or tell values apart by failing.",
  BARRED: "The policies stand behind a barrier: what may fail is held to the rows that they let pass.",
  MATERIALISED:
    "A statement of its own makes the visible rows first: something may fail that no barrier holds to them.",
  CALLED:
    "Python, run by a step of its own in a process apart: it is given distinct arguments that are computed from rows which the policies let pass.",
});
