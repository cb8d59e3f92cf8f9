import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlertConfiguration, BudgetFilter } from "#wire/billing/budgets.ts";
import { applying } from "./applying.ts";
import type { Budget } from "./store.ts";

const who = (id: string, ...groups: string[]) =>
  ({ subject: { kind: "user", id, name: `u${id}@board.org` }, groups }) as const;

const alert = (quantity_threshold: string, more: Partial<AlertConfiguration> = {}): AlertConfiguration => ({
  alert_configuration_id: "a",
  time_period: "MONTH",
  trigger_type: "CUMULATIVE_SPENDING_EXCEEDED",
  quantity_type: "LIST_PRICE_DOLLARS_USD",
  quantity_threshold,
  scope_type: "ALERT_CONFIGURATION_SCOPE_TYPE_SHARED",
  action_configurations: [{ action_configuration_id: "b", action_type: "BLOCK_USAGE" }],
  ...more,
});
const budget = (alerts: readonly AlertConfiguration[], filter?: BudgetFilter): Budget => ({
  id: "b1",
  display_name: "team",
  resource_type: "BUDGET_RESOURCE_TYPE_UNITY_AI_GATEWAY",
  ...(filter && { filter }),
  alert_configurations: alerts,
  created_at_ms: 0,
  updated_at_ms: 0,
});
const PER_USER = { scope_type: "ALERT_CONFIGURATION_SCOPE_TYPE_PER_USER" } as const;
const override = (principal_id: number, override_threshold: string) => ({ principal_id, override_threshold });
const groups = new Map([
  ["70", "pilots"],
  ["71", "crew"],
  ["72", "u1@board.org"],
]);
const DOLLAR = 1_000_000_000;

// biome-ignore format: a table is read in columns
const cases: readonly (readonly [string, ReturnType<typeof who>, number])[] = [
  ["everybody has what is said of everybody",           who("1"),                    5],
  ["who is named has what is said of them",             who("7"),                    9],
  ["also when a group of theirs has more",              who("7", "pilots"),          9],
  ["a group's members have what is said of the group",  who("1", "pilots"),          20],
  ["of several groups the most",                        who("1", "pilots", "crew"),  30],
  ["also when that is less than what everybody has",    who("1", "few"),             5],
];
for (const [says, asker, dollars] of cases)
  test(`of a budget for each user, ${says}`, () => {
    const principal_overrides = [override(7, "9"), override(70, "20"), override(71, "30"), override(99, "100")];
    const [count] = applying([budget([alert("5", { ...PER_USER, principal_overrides })])], groups, asker);
    assert.equal(count?.max, dollars * DOLLAR);
    assert.equal(count?.principal_id, asker.subject.id);
  });

test("shared thresholds are one count, of which the one that blocks is the bound; each user's is another", () => {
  const quiet = { action_configurations: [] };
  const counts = applying(
    [budget([alert("1", quiet), alert("8"), alert("3", { ...PER_USER, ...quiet })])],
    groups,
    who("1"),
  );
  assert.deepEqual(
    counts.map(({ principal_id, max, thresholds }) => [principal_id, max, thresholds.map(({ amount }) => amount)]),
    [
      ["", 8 * DOLLAR, [DOLLAR, 8 * DOLLAR]],
      ["1", null, [3 * DOLLAR]],
    ],
  );
});

test("a budget is for endpoints that have each of its tags with one of the values", () => {
  const is = (...values: string[]) => ({ operator: "IN", values }) as const;
  const filtered = budget([alert("1")], {
    tags: [
      { key: "team", value: is("docks", "crew") },
      { key: "stage", value: is("live") },
    ],
  });
  const isFor = (tags: readonly { key: string; value?: string }[]): boolean =>
    applying([filtered], groups, who("1"), { tags }).length > 0;
  assert.ok(isFor([{ key: "stage", value: "live" }, { key: "team", value: "crew" }, { key: "x" }]));
  for (const tags of [
    [],
    [{ key: "team", value: "crew" }],
    [
      { key: "team", value: "Crew" },
      { key: "stage", value: "live" },
    ],
    [{ key: "team" }, { key: "stage", value: "live" }],
  ])
    assert.ok(!isFor(tags), JSON.stringify(tags));
});
