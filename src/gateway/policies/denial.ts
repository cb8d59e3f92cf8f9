import type { JsonObject } from "#base/json.ts";
import type { Finding } from "#kernel/mod.ts";
import type { AnswerEvent } from "#models/mod.ts";

/** What a service policy did not let through. Nothing of what it looked at. */
export interface PolicyDenial {
  /** The policy's own name, without its schema. */
  readonly name: string;
  /** ASK wants a consent that nobody can give here, so that it refuses too. */
  readonly action: "deny" | "ask";
  readonly phase: "pre_call" | "post_call";
  readonly reason: string;
}

const FINISH = "content_filter";

/** The answer in a denial's place, in whichever protocol it leaves. Source: recorded answers of workspaces, `databricks_service_policy`. */
export async function* deniedEvents({ name, phase }: PolicyDenial): AsyncGenerator<AnswerEvent> {
  const subject = phase === "pre_call" ? "request" : "response";
  yield { type: "text", choice: 0, text: `This ${subject} was blocked by the '${name}' service policy.` };
  yield { type: "finish", choice: 0, reason: FINISH };
  yield { type: "usage", usage: { input_tokens: 0, output_tokens: 0 } };
}

/** A whole answer that says which policy refused, beside what the protocol has for that. Source: as above. */
export const withDenial = (answer: JsonObject, { name, action, phase, reason }: PolicyDenial): JsonObject => ({
  ...answer,
  databricks_service_policy: { name, action, phase, reason },
});

/** For the record. */
export const findingOf = ({ name, action, phase }: PolicyDenial): Finding => ({
  guardrail: `service_policy ${name}`,
  phase: phase === "pre_call" ? "input" : "output",
  action: "block",
  found: { [action.toUpperCase()]: 1 },
});
