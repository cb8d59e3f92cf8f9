import type { JsonObject } from "#base/json.ts";
import type { Permit } from "#kernel/mod.ts";

/** One question to a model or an agent: a text, and fields of the request beside it. */
export interface AskedText {
  readonly text: string;
  readonly fields: JsonObject;
}

/** In the place of an endpoint's name: the one set for comparing texts. No endpoint's name has a blank. */
export const EMBEDDINGS = "(the endpoint of ai_similarity)";

/** Asks what a serving endpoint serves, under all that the endpoint's owner has set: limits, guardrails, the record. */
export interface Asking {
  /**
   * The endpoint that is meant by a name, which may be an alias; null is the one set for functions that name none, EMBEDDINGS the one
   * set for comparing texts.
   * @throws Fault when none is set for these, saying how.
   */
  named(name: string | null): string;
  /** Settles the permit. @returns the answer's text. @throws Fault whatever kept it from answering. */
  ask(permit: Permit<"endpoint.query">, question: AskedText, signal: AbortSignal): Promise<string>;
  /** Settles the permit. @returns a vector for each text. @throws Fault as `ask`, and for what serves no embedding model. */
  embed(
    permit: Permit<"endpoint.query">,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly number[])[]>;
}
