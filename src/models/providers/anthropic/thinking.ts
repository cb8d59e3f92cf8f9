import type { JsonObject } from "#base/json.ts";
import type { Reasoning } from "../../request.ts";
import type { Turn } from "../turns.ts";

/** The least that the protocol takes. */
const BUDGET_TOKENS_MIN = 1_024;

/** What a model may think where it takes a budget alone. Tokens. */
const budgets: Readonly<Record<NonNullable<Reasoning["effort"]>, number>> = {
  minimal: BUDGET_TOKENS_MIN,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
};

/** Models before 4.6, which think by a budget; later ones by an effort. Source: platform.claude.com/docs, "Adaptive thinking". */
const THINKS_BY_BUDGET = /claude-(3-7|(opus|sonnet|haiku)-4(-[015])?(-2025\d{4}|@|$))/;

/** What stands for it in the body, and the tokens that the answer must have room for. */
interface Thinking {
  readonly thinking?: JsonObject;
  readonly effort?: string;
  readonly budget_tokens?: number;
}

/**
 * How a Claude model is asked to think: as that model takes it, and within the bound of the answer. Who asks for it wants to read it,
 * which models from 4.7 on want to be told.
 */
export function thinkingOf(
  turns: readonly Turn[],
  reasoning: Reasoning | undefined,
  model: string,
  max_tokens = Number.POSITIVE_INFINITY,
): Thinking {
  if (!reasoning || reasoning.budget_tokens === 0 || !mayThink(turns)) return {};
  const { effort, budget_tokens } = reasoning;
  if (budget_tokens !== undefined) return byBudget(budget_tokens);
  if (!THINKS_BY_BUDGET.test(model))
    return {
      thinking: { type: "adaptive", display: "summarized" },
      ...(effort && { effort: effort === "minimal" ? "low" : effort }),
    };
  const most = Math.min(budgets[effort ?? "medium"], max_tokens - 1);
  return most < BUDGET_TOKENS_MIN ? {} : byBudget(most);
}

const byBudget = (budget_tokens: number): Thinking => ({
  thinking: { type: "enabled", budget_tokens },
  budget_tokens,
});

/** The protocol refuses to go on thinking after a call of a tool without the proof of what was thought before it. */
function mayThink(turns: readonly Turn[]): boolean {
  const last = turns.findLast(({ role }) => role === "assistant")?.parts ?? [];
  const isAfterCall = turns.at(-1)?.parts.some((part) => part.type === "tool_result") ?? false;
  return !isAfterCall || last.some((part) => part.type === "reasoning" && part.signature !== undefined);
}
