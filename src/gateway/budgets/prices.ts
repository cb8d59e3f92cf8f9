import type { PriceRow } from "#audit/mod.ts";
import { list, mapping, neededText } from "#base/settings.ts";

/** Dollars for a million tokens: no model is known that costs a hundredth of it, and beyond it amounts of a question would not be exact. */
const PRICE_MAX = 100_000;

/** What the operator says that models cost, in dollars for a million tokens. @throws Error that names the place. */
export function readPrices(value: unknown, at: string): readonly PriceRow[] {
  return list(value, at, "{provider, model, input, cached_input, output}").map((one, index) => {
    const here = `${at}[${index}]`;
    const given = mapping(one, here, ["provider", "model", "input", "cached_input", "output"]);
    const dollars = (key: string): number => {
      const price = given[key];
      if (typeof price === "number" && price >= 0 && price <= PRICE_MAX) return price;
      throw new Error(`${here}.${key} is a number of dollars for a million tokens, from 0 to ${PRICE_MAX}`);
    };
    const cached = given.cached_input === undefined ? null : dollars("cached_input");
    const named = (key: string): string => neededText(given[key], `${here}.${key}`);
    return [named("provider"), named("model"), dollars("input"), cached, dollars("output")];
  });
}
