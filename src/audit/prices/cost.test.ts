import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelUsage } from "#kernel/mod.ts";
import { createPricing } from "./cost.ts";
import { type PriceList, priceLists } from "./lists.ts";

const usage = (more: Partial<ModelUsage>): ModelUsage => ({
  endpoint_id: "e",
  status_code: 200,
  input_tokens: 1_000,
  output_tokens: 100,
  input_characters: 4_000,
  output_characters: 400,
  isStreaming: false,
  api: "chat",
  attempts: [],
  findings: [],
  destination: { name: "e", provider: "openai", model: "m" },
  ...more,
});
const lists: readonly PriceList[] = [
  { from: "2026-01-01", source: "a test", rows: [["openai", "m", 2, 0.5, 10]] },
  { from: "2026-06-01", source: "a test", rows: [["openai", "m", 1, null, 5]] },
];
const on = (day: string): number => Date.parse(day);
const { costOf, priceOf } = createPricing([], lists);

test("an answer costs what its tokens cost by the list of its day, cached ones apart", () => {
  assert.deepEqual(costOf(usage({}), on("2026-05-31")), { usd: 0.003, prices_from: "2026-01-01" });
  const cached = usage({ cached_tokens: 600 });
  assert.deepEqual(costOf(cached, on("2026-05-31"))?.usd, (400 * 2 + 600 * 0.5 + 100 * 10) / 1e6);
  assert.deepEqual(costOf(cached, on("2026-06-01")), { usd: 0.0015, prices_from: "2026-06-01" });
  assert.deepEqual(costOf(usage({}), on("2025-01-01"))?.prices_from, "2026-01-01");
});

test("an answer that was given before costs nothing, whatever its model's price is, and also where that is not known", () => {
  for (const model of ["m", "unknown"]) {
    const hit = usage({ isCacheHit: true, destination: { name: "e", provider: "openai", model } });
    assert.deepEqual(costOf(hit, on("2026-05-31")), { usd: 0, prices_from: "2026-01-01" });
  }
});

test("a model that is in no list has no cost, and neither has a question that reached none", () => {
  for (const [provider, model] of [
    ["openai", "M"],
    ["anthropic", "m"],
  ] as const)
    assert.deepEqual(costOf(usage({ destination: { name: "e", provider, model } }), on("2026-05-31")), {
      usd: null,
      prices_from: "2026-01-01",
    });
  const { destination: _, ...unasked } = usage({});
  assert.equal(costOf(unasked, on("2026-05-31")), null);
});

test("every list has its day, its source, prices that are none below nothing, and each model once", () => {
  assert.deepEqual(
    priceLists.map(({ from }) => from),
    priceLists.map(({ from }) => from).toSorted(),
  );
  for (const { from, source, rows } of priceLists) {
    assert.match(from, /^\d{4}-\d{2}-\d{2}$/);
    assert.ok(source.length > 10 && rows.length > 50);
    const names = rows.map(([provider, model]) => `${provider} ${model}`);
    assert.equal(new Set(names).size, names.length);
    for (const [, , input, cached, output] of rows) assert.ok(input > 0 && output >= 0 && (cached ?? 0) <= input);
  }
});

test("what the operator says goes before any list, and is told as the operator's", () => {
  const pricing = createPricing(
    [
      ["openai", "m", 4, null, 8],
      ["custom", "mine", 1, 0.1, 2],
    ],
    lists,
  );
  assert.deepEqual(pricing.costOf(usage({}), on("2026-06-01")), { usd: 0.0048, prices_from: "lakeward.yaml" });
  const mine = usage({ cached_tokens: 1_000, destination: { name: "e", provider: "custom", model: "mine" } });
  assert.deepEqual(pricing.costOf(mine, on("2026-06-01")), { usd: 0.0003, prices_from: "lakeward.yaml" });
});

test("models of this server cost nothing, unless the operator says what they do", () => {
  const built_in = { provider: "lakeward", model: "lakeward-offline" };
  assert.equal(priceOf(built_in, on("2026-06-01"))?.output, 0);
  assert.equal(createPricing([["lakeward", "lakeward-offline", 1, null, 2]], lists).priceOf(built_in, 0)?.output, 2);
});
