import type { JsonObject } from "#base/json.ts";
import type { Finding } from "#kernel/mod.ts";
import type { Usage } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";

/** What a guardrail says of one request, or of one choice of an answer. Nothing that it found, but what it is anonymized to. */
export interface GuardrailVerdict {
  /** Unsafe. */
  readonly flagged: boolean;
  /** Each category and whether it is the reason; null where safety was not looked at. */
  readonly categories: Readonly<Record<string, boolean>> | null;
  readonly pii_detection: boolean;
  readonly anonymized_input: readonly { readonly role: string; readonly content: string }[] | null;
  /** Of the wire's fields none says so: present when true. */
  readonly invalid_keywords?: true;
  readonly off_topic?: true;
  readonly too_large?: true;
  /** The endpoint that rejected it, and what it says to whoever asked. */
  readonly custom_guardrail?: { readonly endpoint_name: string; readonly reject_message?: string };
  /** Who judged what is flagged. */
  readonly safety_judge?: string;
}

/** A request that may not be asked. */
export class BlockedQuestion extends Fault {
  readonly findings: readonly Finding[];

  constructor(verdict: GuardrailVerdict, findings: readonly Finding[]) {
    super("BAD_REQUEST", refusalOf("input", [verdict], { prompt_tokens: 0, total_tokens: 0 }));
    this.findings = findings;
  }
}

/** An answer that may not leave: all of it is refused when one of its choices is. */
export function blockedAnswer(verdicts: readonly GuardrailVerdict[], usage: Usage | undefined): Fault {
  const { input_tokens: prompt_tokens = 0, output_tokens: completion_tokens = 0 } = usage ?? {};
  const total_tokens = prompt_tokens + completion_tokens;
  return new Fault("BAD_REQUEST", refusalOf("output", verdicts, { prompt_tokens, completion_tokens, total_tokens }));
}

/** The error's message, a JSON text. Source: recorded answers of workspaces, `input_guardrail` and `finishReason`. */
function refusalOf(phase: Finding["phase"], verdicts: readonly GuardrailVerdict[], usage: JsonObject): string {
  return JSON.stringify({
    usage,
    [`${phase}_guardrail`]: verdicts.map(({ flagged, categories, pii_detection, anonymized_input, ...more }) => ({
      flagged,
      categories,
      category_scores: null,
      pii_detection,
      anonymized_input,
      ...more,
    })),
    finishReason: `${phase}_guardrail_triggered`,
  });
}
