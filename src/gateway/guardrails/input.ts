import type { Finding } from "#kernel/mod.ts";
import type { ModelRequest } from "#models/mod.ts";
import type { GuardrailParameters } from "#wire/serving/ai-gateway.ts";
import { isGuarded, rulesOf } from "./config.ts";
import type { AskEndpoint } from "./custom/consult.ts";
import { consultInput } from "./custom/input.ts";
import { FindingTally } from "./findings.ts";
import { injectionSigns } from "./injection.ts";
import { Keywords } from "./keywords.ts";
import { Masking } from "./masking.ts";
import { BlockedQuestion, type GuardrailVerdict } from "./refusal.ts";
import { rewritten, seen } from "./request-texts.ts";
import { categoriesOf } from "./safety/categories.ts";
import { isOnTopic, isStoodIn, type Judge, type SafetyVerdict, safetyOf } from "./safety/judge.ts";
import { turnsOf } from "./turns.ts";

export interface GuardContext {
  readonly signal: AbortSignal;
  /** Without one, safety is judged by the built-in lexicon, and topics by nobody. */
  readonly judge?: Judge;
  /** Without it, a request or an answer that an endpoint is to decide on goes nowhere. */
  readonly endpoint?: AskEndpoint;
}

export interface GuardedRequest {
  /** As the model may see it. */
  readonly request: ModelRequest;
  readonly findings: readonly Finding[];
}

/**
 * The request as the model may see it, by the endpoint's configuration and nothing in the request. A judge sees no more than the
 * model would.
 * @throws BlockedQuestion when it may not be asked; Fault TEMPORARILY_UNAVAILABLE when a judge, or an endpoint that is to decide, does not say.
 */
export async function guardInput(
  request: ModelRequest,
  config: GuardrailParameters | undefined,
  context: GuardContext,
): Promise<GuardedRequest> {
  if (!isGuarded(config)) return { request, findings: [] };
  const { pii, keywords, safety, topics, custom = [] } = rulesOf(config);
  const tally = new FindingTally("input");
  const masking = new Masking();
  const masked = pii ? rewritten(request, masking) : request;
  const hasPii = masking.found.length > 0;
  const hasKeyword = lookAt(request, keywords, tally);
  if (hasPii) tally.count("pii", pii === "BLOCK" ? "block" : "mask", masking.found);
  const isRefused = hasKeyword || (hasPii && pii === "BLOCK");
  const turns = turnsOf(masked);
  const verdict = safety && !isRefused ? await safetyOf(turns, context.judge, context.signal) : undefined;
  if (verdict && isStoodIn(verdict, context.judge)) tally.count("safety", "note", ["JUDGE_SILENT"]);
  if (verdict?.isSafe === false) tally.count("safety", "block", verdict.categories);
  const isOff =
    topics !== undefined && !isRefused && verdict?.isSafe !== false
      ? !(await isOnTopic(turns, topics, context.judge, context.signal))
      : false;
  if (isOff) tally.count("valid_topics", "block", ["OFF_TOPIC"]);
  const isLet = !isRefused && verdict?.isSafe !== false && !isOff;
  const to = { ask: context.endpoint, signal: context.signal };
  const { value, rejected } = isLet ? await consultInput(masked, custom, to, tally) : { value: masked };
  if (isLet && !rejected) return { request: value, findings: tally.findings };
  const anonymized = hasPii && !hasKeyword ? masked : undefined;
  throw new BlockedQuestion(verdictOf({ hasPii, hasKeyword, isOff, verdict, anonymized, rejected }), tally.findings);
}

/** Counts keywords and signs of injection. @returns whether there is a keyword. */
function lookAt(request: ModelRequest, keywords: readonly string[] | undefined, tally: FindingTally): boolean {
  const wanted = keywords && new Keywords(keywords);
  let hasKeyword = false;
  const see = (text: string): void => {
    tally.count("prompt_injection", "note", injectionSigns(text));
    if (!wanted?.areIn(text)) return;
    hasKeyword = true;
    tally.count("invalid_keywords", "block", ["KEYWORD"]);
  };
  seen(request, see);
  return hasKeyword;
}

interface Seen {
  readonly hasPii: boolean;
  readonly hasKeyword: boolean;
  readonly isOff: boolean;
  readonly verdict: SafetyVerdict | undefined;
  readonly anonymized: ModelRequest | undefined;
  readonly rejected: GuardrailVerdict["custom_guardrail"];
}

function verdictOf({ hasPii, hasKeyword, isOff, verdict, anonymized, rejected }: Seen): GuardrailVerdict {
  const isUnsafe = verdict?.isSafe === false;
  return {
    flagged: isUnsafe,
    categories: verdict ? categoriesOf(verdict.categories) : null,
    pii_detection: hasPii,
    anonymized_input: anonymized ? anonymized.messages.map(shown) : null,
    ...(hasKeyword && { invalid_keywords: true as const }),
    ...(isOff && { off_topic: true as const }),
    ...(rejected && { custom_guardrail: rejected }),
    ...(isUnsafe && { safety_judge: verdict.judge }),
  };
}

function shown({ role, parts }: ModelRequest["messages"][number]): { readonly role: string; readonly content: string } {
  const texts = parts.flatMap((part) => {
    if (part.type === "tool_result") return part.parts.flatMap((one) => (one.type === "text" ? [one.text] : []));
    return part.type === "text" || part.type === "refusal" ? [part.text] : [];
  });
  return { role, content: texts.join("\n") };
}
