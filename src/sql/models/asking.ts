import type { JsonObject } from "#base/json.ts";
import type { Permit } from "#kernel/mod.ts";

/** One question to a model or an agent: a text, and fields of the request beside it. */
export interface AskedText {
  readonly text: string;
  readonly fields: JsonObject;
}

/** Asks what a serving endpoint serves, under all that the endpoint's owner has set: limits, guardrails, the record. */
export interface Asking {
  /**
   * The endpoint that is meant by a name, which may be an alias; null is the one set for functions that name none.
   * @throws Fault when none is set for these, saying how.
   */
  named(name: string | null): string;
  /** Settles the permit. @returns the answer's text. @throws Fault whatever kept it from answering. */
  ask(permit: Permit<"endpoint.query">, question: AskedText, signal: AbortSignal): Promise<string>;
}
