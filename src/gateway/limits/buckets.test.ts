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

const tagged = (count: number, request_tag_key: string, request_tag_value?: string): RateLimit =>
  calls(count, { key: "request_tag", request_tag_key, ...(request_tag_value !== undefined && { request_tag_value }) });
const tagRules = [
  tagged(10, "team"),
  tagged(3, "team", "docks"),
  tagged(8, "project"),
  tagged(7, "stage", "test"),
  tagged(1, "__proto__"),
];

// biome-ignore format: a table is read in columns
const tagCases: readonly (readonly [string, Readonly<Record<string, string>>, readonly number[]])[] = [
  ["a question without tags has no tag's limit",                   {},                                     []],
  ["a tag without a rule has none",                                { ship: "ada" },                        []],
  ["each value of a tag has what any has",                         { team: "crew" },                       [10]],
  ["a value that is named has its own alone",                      { team: "docks" },                      [3]],
  ["a value in other case is another one",                         { team: "Docks" },                      [10]],
  ["a rule for one value is for no other",                         { stage: "live" },                      []],
  ["of several tags each counts",                                  { team: "docks", project: "p", stage: "test" }, [3, 8, 7]],
];
for (const [says, tags, wanted] of tagCases)
  test(says, () =>
    assert.deepEqual(
      bucketsOf("e", tagRules, who("ben"), tags).map(({ rule }) => rule.calls),
      wanted,
    ),
  );

test("a tag is counted for whoever asks, each value by itself, beside the caller's own limit", () => {
  const keysFor = (name: string, team: string) =>
    bucketsOf("e", [...tagRules, calls(5, { key: "user" })], who(name), { team }).map(({ key }) => key);
  const [docks, mine] = keysFor("ben", "docks");
  assert.equal(keysFor("cleo", "docks")[0], docks);
  assert.notEqual(keysFor("cleo", "docks")[1], mine);
  assert.notEqual(keysFor("ben", "crew")[0], docks);
});

test("a value that gets a limit of its own keeps what it took under everybody's", () => {
  const keyBy = (rule: RateLimit) => bucketsOf("e", [rule], who("ben"), { team: "docks" })[0]?.key;
  assert.equal(keyBy(tagged(10, "team")), keyBy(tagged(3, "team", "docks")));
});

test("a count's key is no longer for a longer tag, nor is what a refusal repeats of it", () => {
  const [bucket] = bucketsOf("e", [tagged(1, "team")], who("ben"), { team: "x".repeat(4_000) });
  assert.ok(bucket!.key.length < 100 && bucket!.of.length < 200);
});

test("tags and values that are written alike when put together are not counted together", () => {
  const keyBy = (key: string, value: string) => bucketsOf("e", [tagged(1, key)], who("ben"), { [key]: value })[0]?.key;
  assert.notEqual(keyBy("a", 'b","c'), keyBy('a","b', "c"));
});
