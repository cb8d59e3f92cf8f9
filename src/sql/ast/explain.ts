import type { Position } from "./position.ts";
import type { Query } from "./query.ts";

/** `EXPLAIN GOVERNANCE [AS 'principal'] query`; null for the caller. */
export interface ExplainGovernance {
  readonly kind: "explain_governance";
  readonly at: Position;
  readonly as: string | null;
  readonly query: Query;
}
