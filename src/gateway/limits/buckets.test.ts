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
  ["of several groups each is looked at",                   who("ben", ["pilots", "crew"]),          [100, 20, 30]],
  ["a service principal that is named has its own",   who("robot", [], "service_principal"),   [100, 9]],
  ["another one has what everybody has",              who("spare", [], "service_principal"),   [100, 5]],
  ["a name in other case is the same name",           who("Ada"),                              [100, 7]],
  ["a user has nothing by a service principal's name", who("robot"),                           [100, 5]],
];
for (const [says, of, wanted] of cases) test(says, () => assert.deepEqual(limitsOf(of), wanted));

test("a group's count is its members' together, everybody's is each one's own", () => {
  assert.deepEqual(keysOf(who("ben", ["pilots"])), keysOf(who("cleo", ["pilots"])));
  assert.notDeepEqual(keysOf(who("ben")), keysOf(who("cleo")));
});

test("who is in several groups needs room in one of them; all other limits must have room", () => {
  const setsOf = (of: Who): readonly number[] => bucketsOf("e", rules, of).map(({ set }) => set);
  assert.deepEqual(setsOf(who("ben", ["ground", "pilots", "crew"])), [0, 2, 3]);
  assert.deepEqual(setsOf(who("ada", ["pilots", "crew"])), [0, 0]);
});

test("a group's limits of an hour and of a minute are one set", () => {
  const both = [
    calls(1, { key: "user_group", principal: "crew" }),
    calls(9, { key: "user_group", principal: "crew", renewal_period: "hour" }),
  ];
  const buckets = bucketsOf("e", both, who("ben", ["crew"]));
  assert.equal(new Set(buckets.map(({ key }) => key)).size, 2);
  assert.equal(new Set(buckets.map(({ set }) => set)).size, 1);
});

test("a person who gets a limit of their own keeps what they took under everybody's", () => {
  const named = keysOf(who("ada"))[1];
  assert.deepEqual(
    bucketsOf("e", [calls(5, { key: "user" })], who("ada")).map(({ key }) => key),
    [named],
  );
});
