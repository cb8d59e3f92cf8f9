import type { ModelUsage } from "#kernel/mod.ts";
import { type PriceList, priceLists } from "./lists.ts";

/** What an answer cost by a list of prices. */
export interface Cost {
  /** Dollars; null where the list has no such model. */
  readonly usd: number | null;
  /** The list: the day from which it holds. */
  readonly prices_from: string;
}

const TOKENS_PRICED = 1_000_000;

/** By the list that held at `at_ms`: the last one that had begun, or the first of all. Null when no model was ever asked. */
export function costOf(usage: ModelUsage, at_ms: number, lists: readonly PriceList[] = priceLists): Cost | null {
  const { destination, input_tokens, output_tokens, cached_tokens = 0 } = usage;
  const list = lists.findLast(({ from }) => Date.parse(from) <= at_ms) ?? lists[0];
  if (!destination || !list) return null;
  if (usage.isCacheHit) return { usd: 0, prices_from: list.from };
  const { provider, model } = destination;
  const row = list.rows.find(([by, name]) => by === provider && name === model);
  if (!row) return { usd: null, prices_from: list.from };
  const [, , input, cached, output] = row;
  const fresh_tokens = Math.max(0, input_tokens - cached_tokens);
  const priced = fresh_tokens * input + cached_tokens * (cached ?? input) + output_tokens * output;
  return { usd: priced / TOKENS_PRICED, prices_from: list.from };
}
