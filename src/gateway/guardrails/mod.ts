/**
 * guardrails: what goes into a model and what comes out of it.
 *
 * Owns: reading their configuration, looking at every text of a request and of an answer, streams included, what a refusal says.
 * Never: reads a switch from the request, lets out what is undecided, repeats what it found.
 * Depends on: models (the request and the events), pii, kernel (findings), wire, base.
 */
export { asksEndpoints, type GuardAbilities, isGuarded, readGuardrails } from "./config.ts";
export { type GuardContext, guardInput } from "./input.ts";
export { guardOutput, type OutputContext } from "./output.ts";
export { redacted } from "./redacted.ts";
export { BlockedQuestion } from "./refusal.ts";
export type { Judge, Turn } from "./safety/judge.ts";
export { guardTexts } from "./texts.ts";
