import type { Action } from "./actions.ts";
import type { Factor } from "./decide.ts";
import type { DoorName } from "./doors.ts";
import type { UsedIdentity } from "./identity-of.ts";
import type { Lineage } from "./lineage.ts";
import type { Obligation } from "./obligations.ts";
import type { ModelUsage } from "./usage.ts";
import type { What } from "./what.ts";
import type { Principal } from "./who.ts";

/** How a permitted action ended. `unfinished`: its scope was left before anyone said. */
export interface Outcome {
  readonly status: "ok" | "error" | "unfinished";
  readonly error_code?: string;
  readonly rows?: number;
  /** Where rows came from and went; of one permit of a statement, whose record stands for it. */
  readonly lineage?: Lineage;
  /** What a serving endpoint's answer took. */
  readonly usage?: ModelUsage;
}

/** Names a record once: a retry of the same append changes nothing. */
export interface RecordKey {
  readonly request_id: string;
  readonly hop: string;
  readonly permit: number;
  readonly phase: "opening" | "closing";
}

/** One decision, allow or deny, as the journal keeps it. Names and codes only: no value of any row. */
export interface DecisionRecord {
  readonly key: RecordKey;
  readonly at_ms: number;
  readonly duration_ms: number;
  readonly trace_id: string;
  readonly door: DoorName;
  readonly workspace: string;
  /** Absent only where a token was refused before anybody was proven to ask for it. */
  readonly subject?: Principal;
  readonly actor?: { readonly kind: "agent" | "app"; readonly name: string };
  readonly client?: string;
  /** The principal whose decisions the subject asked to see. */
  readonly viewed_as?: string;
  /** Absent where no gate was passed, and in records of older versions: subject and actor tell then. */
  readonly identity?: UsedIdentity;
  readonly action: Action;
  readonly what: readonly What[];
  readonly effect: "permit" | "deny";
  readonly because: readonly Factor[];
  readonly obligations: readonly Obligation[];
  /** The chain of views and functions that lent the access, outermost first: `VIEW main.s.v as owner`. */
  readonly lent_by: readonly { readonly what: What; readonly owner: string }[];
  readonly governance_version: number;
  readonly source_ip: string;
  readonly user_agent: string;
  /** Absent in an opening record. */
  readonly outcome?: Outcome;
}
