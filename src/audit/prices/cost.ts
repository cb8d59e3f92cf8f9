import type { Cost, ModelUsage } from "#kernel/mod.ts";
import { type PriceList, type PriceRow, priceLists } from "./lists.ts";

type Model = NonNullable<ModelUsage["destination"]>;

/** Dollars for a million tokens of each kind, and the list that says so. */
export interface ModelPrice {
  readonly input: number;
  readonly cached_input: number;
  readonly output: number;
  readonly prices_from: string;
}

/** What models cost: by the operator's own prices before any list. */
export interface Pricing {
  /** Now; null for a model whose price nobody said. */
  priceOf(model: Pick<Model, "provider" | "model">, at_ms: number): ModelPrice | null;
  /** Of an answer; null when no model was ever asked. */
  costOf(usage: ModelUsage, at_ms: number): Cost | null;
}

const TOKENS_PRICED = 1_000_000;
/** Where the operator says what models cost. */
const OPERATOR = "lakeward.yaml";
/** Models that this server has itself: nobody bills them. */
const BUILT_IN = "lakeward";

/** By the list that held at the time: the last one that had begun, or the first of all. */
export function createPricing(own: readonly PriceRow[] = [], lists: readonly PriceList[] = priceLists): Pricing {
  const listAt = (at_ms: number): PriceList | undefined =>
    lists.findLast(({ from }) => Date.parse(from) <= at_ms) ?? lists[0];
  const priceOf: Pricing["priceOf"] = ({ provider, model }, at_ms) => {
    const isIt = ([by, name]: PriceRow): boolean => by === provider && name === model;
    const said = own.find(isIt);
    if (said) return priced(said, OPERATOR);
    const list = listAt(at_ms);
    if (!list) return null;
    if (provider === BUILT_IN) return priced([provider, model, 0, 0, 0], list.from);
    const listed = list.rows.find(isIt);
    return listed ? priced(listed, list.from) : null;
  };
  return {
    priceOf,
    costOf: (usage, at_ms) => {
      const { destination, input_tokens, output_tokens, cached_tokens = 0 } = usage;
      if (!destination) return null;
      const price = priceOf(destination, at_ms);
      const prices_from = price?.prices_from ?? listAt(at_ms)?.from ?? OPERATOR;
      if (usage.isCacheHit) return { usd: 0, prices_from };
      if (!price) return { usd: null, prices_from };
      const fresh_tokens = Math.max(0, input_tokens - cached_tokens);
      const dollars = fresh_tokens * price.input + cached_tokens * price.cached_input + output_tokens * price.output;
      return { usd: dollars / TOKENS_PRICED, prices_from };
    },
  };
}

function priced([, , input, cached, output]: PriceRow, prices_from: string): ModelPrice {
  return { input, cached_input: cached ?? input, output, prices_from };
}
