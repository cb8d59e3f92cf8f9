import type { Doorway, Who } from "#kernel/mod.ts";
import type { Expression } from "../ast/expression.ts";
import type { CurrentNames } from "./names.ts";

/** One statement of one subject: all that planning and running it may depend on. There is no state between statements. */
export interface Session {
  readonly who: Who;
  /** The passage through the `sql` door; it numbers the permits. */
  readonly doorway: Doorway;
  readonly current: CurrentNames;
  /** Typed literals for `:name`, by name in lower case. */
  readonly parameters: ReadonlyMap<string, Expression>;
  readonly statement_id: string;
  readonly signal: AbortSignal;
  readonly limits: ResultLimits;
}

export interface ResultLimits {
  readonly rows_max: number;
  readonly bytes_max: number;
  readonly time_ms: number;
}

/** Which policies shaped a result: names only, never a policy's text. */
export interface AppliedPolicies {
  readonly filtered: readonly { readonly table: string; readonly policy: string }[];
  readonly masked: readonly { readonly table: string; readonly column: string; readonly policy: string }[];
}

export const NO_POLICIES: AppliedPolicies = Object.freeze({ filtered: [], masked: [] });

/** What a statement gives back. Types in Databricks spelling, values as JSON_ARRAY carries them. */
export interface StatementResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly truncated: boolean;
  readonly governed: AppliedPolicies;
  /** Resolves when all that was read is on record: nothing of the rows may be told before. Absent: it is on record already. */
  readonly recorded?: Promise<void>;
}

/** The result of a statement that has no rows to show. */
export const DONE: StatementResult = Object.freeze({ columns: [], rows: [], truncated: false, governed: NO_POLICIES });

/** A result of text columns, made here and not by the engine. */
export function listing(columns: readonly string[], rows: readonly (readonly (string | null)[])[]): StatementResult {
  return { columns: columns.map((name) => ({ name, type: "STRING" })), rows, truncated: false, governed: NO_POLICIES };
}
