import type { Pricing } from "#audit/mod.ts";
import type { AskedModels } from "../asked.ts";
import type { Estimate } from "../limits/mod.ts";
import { destinationOf } from "../routing/begin.ts";
import { nanodollarsFor } from "./money.ts";

/** What a question may take, its own words apart: they cost otherwise than the answer's. */
export type PricedEstimate = Estimate & { readonly input_tokens: number };

/** What a question may cost, in billionths of a dollar. */
export interface CostEstimate {
  /** By its own words, and the bound that it sets for the answer. */
  readonly firm: number;
  /** With an answer as long as most are, where it sets no bound. */
  readonly wanted: number;
}

const TOKENS_PRICED = 1_000_000;

/**
 * What a question may cost by the dearest model that may come to answer it.
 * @returns the name of a model whose price nobody said, when there is one among them
 */
export function costEstimate(
  pricing: Pricing,
  endpoint: AskedModels,
  { input_tokens, firm_tokens, likely_tokens }: PricedEstimate,
  now_ms: number,
): CostEstimate | string {
  let firm = 0;
  let wanted = 0;
  for (const entity of mayAnswer(endpoint)) {
    const { provider, model } = destinationOf(entity);
    const price = pricing.priceOf({ provider, model }, now_ms);
    if (!price) return `${provider} ${model}`;
    const bound = input_tokens * price.input + (firm_tokens - input_tokens) * price.output;
    firm = Math.max(firm, nanodollarsFor(bound / TOKENS_PRICED));
    wanted = Math.max(wanted, nanodollarsFor((bound + likely_tokens * price.output) / TOKENS_PRICED));
  }
  return { firm, wanted };
}

/** The models that have a share of the traffic, and with fallback all. */
function mayAnswer({ entities, routes, ai_gateway }: AskedModels): AskedModels["entities"] {
  if (ai_gateway.fallback_config?.enabled) return entities;
  const sharing = new Set(routes.filter(({ percentage }) => percentage > 0).map(({ entity }) => entity));
  return entities.filter(({ name }) => sharing.has(name));
}
