import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";

/** What an endpoint says of a question or an answer. */
export type Decision =
  | { readonly decision: "proceed" }
  /** `message` is for whoever asked. */
  | { readonly decision: "reject"; readonly message?: string }
  /** The messages, or the choices, in whose place they stand. */
  | { readonly decision: "sanitize"; readonly replacement: JsonObject };

/**
 * The decision that an answer's text is; undefined when it is none. Source: public samples of Databricks custom guardrails, whose answers have
 * `decision`, `reject_message`, and `sanitized_input` in either phase. What else they have is not looked at.
 */
export function readDecision(text: string): Decision | undefined {
  const said = parsed(text);
  if (!isJsonObject(said)) return undefined;
  const { decision, reject_message, sanitized_input, sanitized_output = sanitized_input } = said;
  if (decision === "proceed") return { decision };
  if (decision === "reject")
    return { decision, ...(typeof reject_message === "string" && { message: reject_message }) };
  if (decision === "sanitize" && isJsonObject(sanitized_output)) return { decision, replacement: sanitized_output };
  return undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
