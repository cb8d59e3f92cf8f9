import type { JsonObject } from "#base/json.ts";
import { detect, mask } from "#pii/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { CustomGuardrail } from "#wire/serving/ai-gateway.ts";
import { type Decision, readDecision } from "./decision.ts";

/** Asks an endpoint about a text, and gives back the text of its answer. */
export type AskEndpoint = (name: string, text: string, signal: AbortSignal) => Promise<string>;

/** The longest that a question or an answer waits for one endpoint. */
const GUARD_MS_MAX = 20_000;
/** Of what an endpoint says to whoever asked: a sentence or two. */
const MESSAGE_CHARACTERS_MAX = 500;

export interface Consulted<T> {
  /** What stands there now. */
  readonly value: T;
  readonly isChanged: boolean;
  /** The endpoint did not say, and is configured to let through what it does not speak of. */
  readonly isSilent: boolean;
  readonly rejected?: { readonly endpoint_name: string; readonly reject_message?: string };
}

/**
 * What an endpoint says of `value`, which `body` tells it. `replaced` reads what the endpoint would have in its place, and throws when that is nothing
 * that could stand there.
 * @throws Fault TEMPORARILY_UNAVAILABLE when the endpoint does not say, unless it is configured otherwise.
 */
export async function consult<T>(
  { endpoint_name, on_failure }: CustomGuardrail,
  value: T,
  { body, replaced }: { readonly body: JsonObject; readonly replaced: (replacement: JsonObject) => T },
  { ask, signal }: { readonly ask: AskEndpoint | undefined; readonly signal: AbortSignal },
): Promise<Consulted<T>> {
  const late = AbortSignal.timeout(GUARD_MS_MAX);
  try {
    if (!ask) throw new Error("no endpoint can be asked here");
    const said = readDecision(await ask(endpoint_name, JSON.stringify(body), AbortSignal.any([signal, late])));
    if (!said) throw new Error("its answer is no decision");
    return settled(endpoint_name, value, said, replaced);
  } catch (thrown) {
    if (on_failure === "PROCEED" && !signal.aborted) return { value, isChanged: false, isSilent: true };
    throw new Fault(
      "TEMPORARILY_UNAVAILABLE",
      `The guardrail '${endpoint_name}' did not decide, and without its word nothing goes on. Try again later, or ask the endpoint's owner to look at it.`,
      { cause: thrown, internal: late.aborted ? "it took too long" : String(thrown) },
    );
  }
}

function settled<T>(
  endpoint_name: string,
  value: T,
  said: Decision,
  replaced: (replacement: JsonObject) => T,
): Consulted<T> {
  if (said.decision === "sanitize") return { value: replaced(said.replacement), isChanged: true, isSilent: false };
  if (said.decision === "proceed") return { value, isChanged: false, isSilent: false };
  // It may repeat what it found.
  const message = said.message?.slice(0, MESSAGE_CHARACTERS_MAX);
  const reject_message = message === undefined ? undefined : mask(message, detect(message));
  const rejected = { endpoint_name, ...(reject_message !== undefined && { reject_message }) };
  return { value, isChanged: false, isSilent: false, rejected };
}
