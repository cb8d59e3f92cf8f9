import assert from "node:assert/strict";
import { test } from "node:test";
import type { Who } from "#kernel/mod.ts";
import type { RateLimit } from "#wire/serving/ai-gateway.ts";
import { bucketsOf } from "./buckets.ts";

const who = (name: string, groups: readonly string[] = [], kind: Who["subject"]["kind"] = "user"): Who => ({
  subject: { kind, id: name, name },
  groups,
  scopes: ["all-apis"],
  workspace: "1",
});

const calls = (count: number, more: Partial<RateLimit> = {}): RateLimit => ({
  calls: count,
  renewal_period: "minute",
  ...more,
});

const rules: readonly RateLimit[] = [
  calls(100),
  calls(5, { key: "user" }),
  calls(7, { key: "user", principal: "ada" }),
  calls(20, { key: "user_group", principal: "pilots" }),
  calls(30, { key: "user_group", principal: "crew" }),
  calls(9, { key: "service_principal", principal: "robot" }),
];

const limitsOf = (of: Who): readonly (number | undefined)[] => bucketsOf("e", rules, of).map(({ rule }) => rule.calls);
const keysOf = (of: Who): readonly string[] => bucketsOf("e", rules, of).map(({ key }) => key);

// biome-ignore format: a table is read in columns
const cases: readonly (readonly [string, Who, readonly number[]])[] = [
  ["somebody of no name here has what everybody has", who("ben"),                              [100, 5]],
  ["who is named has their own alone",                who("ada", ["pilots"]),                  [100, 7]],
  ["a group's goes before everybody's",               who("ben", ["pilots"]),                  [100, 20]],
  ["of several groups each counts",                   who("ben", ["pilots", "crew"]),          [100, 20, 30]],
  ["a service principal that is named has its own",   who("robot", [], "service_principal"),   [100, 9]],
  ["another one has what everybody has",              who("spare", [], "service_principal"),   [100, 5]],
  ["a user has nothing by a service principal's name", who("robot"),                           [100, 5]],
];
for (const [says, of, wanted] of cases) test(says, () => assert.deepEqual(limitsOf(of), wanted));

test("a group's count is its members' together, everybody's is each one's own", () => {
  assert.deepEqual(keysOf(who("ben", ["pilots"])), keysOf(who("cleo", ["pilots"])));
  assert.notDeepEqual(keysOf(who("ben")), keysOf(who("cleo")));
});
