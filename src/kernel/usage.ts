/** One model that was asked for an answer, and how that went: an HTTP status, or none when none came. */
export interface Attempt {
  readonly entity: string;
  readonly status: number | null;
}

/** A guardrail that saw something: names and counts, never what it saw. */
export interface Finding {
  readonly guardrail: string;
  readonly phase: "input" | "output";
  readonly action: "mask" | "block" | "note";
  /** Kinds of what was found, `EMAIL_ADDRESS`, with their number. */
  readonly found: Readonly<Record<string, number>>;
}

/** What an answer cost by a list of prices. */
export interface Cost {
  /** Dollars; null where the list has no such model. */
  readonly usd: number | null;
  /** The list: the day from which it holds, or where the operator says it. */
  readonly prices_from: string;
}

/** An amount of a budget that was passed: names and numbers of its configuration only. */
export interface BudgetAlert {
  readonly budget_id: string;
  readonly budget: string;
  /** Dollars. */
  readonly threshold: string;
  readonly scope: "shared" | "per_user";
}

/** What a question to a serving endpoint took: the ledger's entry, part of the call's record. Counts and names only. */
export interface ModelUsage {
  readonly endpoint_id: string;
  /** Absent when no model was asked. */
  readonly served_entity_id?: string;
  /** The model that answered, as its provider calls it, and its name at the endpoint. */
  readonly destination?: { readonly name: string; readonly provider: string; readonly model: string };
  readonly status_code: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens?: number;
  readonly reasoning_tokens?: number;
  /** The provider counted no tokens: these are reckoned from characters. */
  readonly isEstimate?: true;
  /** The answer was given before and no model was asked: it took no tokens and costs nothing. */
  readonly isCacheHit?: true;
  readonly input_characters: number;
  readonly output_characters: number;
  readonly isStreaming: boolean;
  /** The protocol it was asked in. */
  readonly api: string;
  readonly time_to_first_byte_ms?: number;
  readonly attempts: readonly Attempt[];
  readonly findings: readonly Finding[];
  readonly client_request_id?: string;
  readonly usage_context?: Readonly<Record<string, string>>;
  readonly request_tags?: Readonly<Record<string, string>>;
  /** By the prices that held when it was answered; in records of older versions told by the list of their day. */
  readonly cost?: Cost;
  /** Of budgets that this answer brought past them, the first time in a month. */
  readonly budget_alerts?: readonly BudgetAlert[];
}
