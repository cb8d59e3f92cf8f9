import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { readRateLimits } from "./read.ts";

const rule = (more: object): Json => ({ calls: 1, renewal_period: "minute", ...more });
const groups = (count: number): Json =>
  Array.from({ length: count }, (_, i) => rule({ key: "user_group", principal: `g${i}` }));
const people = (count: number): Json =>
  Array.from({ length: count }, (_, i) => rule({ key: "user", principal: `u${i}` }));

const tag = (more: object): Json => rule({ key: "request_tag", request_tag_key: "team", ...more });

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [string, Json, RegExp])[] = [
  ["no list",                              {},                                                        /^'rate_limits' must be a list/],
  ["no object",                            [7],                                                       /'rate_limits\[0\]' must be an object/],
  ["a field that is not known",            [rule({}), rule({ key: "user", cost: 3 })],                /'rate_limits\[1\]\.cost' is not known/],
  ["neither calls nor tokens",             [{ renewal_period: "minute" }],                            /needs 'calls' or 'tokens'/],
  ["fewer calls than none",                [rule({ calls: -1 })],                                     /'rate_limits\[0\]\.calls' must be a whole number/],
  ["half a token",                         [rule({ tokens: 0.5 })],                                   /'rate_limits\[0\]\.tokens' must be a whole number/],
  ["a number as text",                     [rule({ calls: "5" })],                                    /'rate_limits\[0\]\.calls' must be a whole number/],
  ["null",                                 [rule({ calls: null })],                                   /'rate_limits\[0\]\.calls' must be a whole number/],
  ["another period",                       [rule({ renewal_period: "day" })],                         /'rate_limits\[0\]\.renewal_period' must be one of: minute, hour/],
  ["no period",                            [{ calls: 1 }],                                            /'rate_limits\[0\]\.renewal_period' must be one of/],
  ["another key",                          [rule({ key: "team" })],                                   /'rate_limits\[0\]\.key' must be one of/],
  ["a principal of the endpoint",          [rule({ principal: "ada" })],                              /'rate_limits\[0\]\.principal' cannot be set/],
  ["a group without a name",               [rule({ key: "user_group" })],                             /'rate_limits\[0\]\.principal' is needed/],
  ["a service principal without a name",   [rule({ key: "service_principal" })],                      /'rate_limits\[0\]\.principal' is needed/],
  ["an empty name",                        [rule({ key: "user", principal: "" })],                    /'rate_limits\[0\]\.principal' must be a text/],
  ["two of the endpoint",                  [rule({}), rule({ key: "endpoint", calls: 2 })],           /'rate_limits\[1\]' is of the same as 'rate_limits\[0\]'/],
  ["two of a person, in other case",       [rule({ key: "user", principal: "Ada" }), rule({ key: "user", principal: "ada" })], /is of the same/],
  ["a tag without a name",                 [rule({ key: "request_tag" })],                            /'rate_limits\[0\]\.request_tag_key' is needed/],
  ["a tag's value without its name",       [rule({ key: "request_tag", request_tag_value: "x" })],    /request_tag_key' is needed/],
  ["a principal of a tag",                 [rule({ key: "request_tag", request_tag_key: "team", principal: "ada" })], /'rate_limits\[0\]\.principal' cannot be set/],
  ["a tag of a user",                      [rule({ key: "user", request_tag_key: "team" })],          /request_tag_value' cannot be set where the key is 'user'/],
  ["an empty value of a tag",              [rule({ key: "request_tag", request_tag_key: "team", request_tag_value: "" })], /request_tag_value' must be a text/],
  ["two of a tag",                         [tag({}), tag({})],                                        /'rate_limits\[1\]' is of the same as 'rate_limits\[0\]'/],
  ["two of a tag's value",                 [tag({ request_tag_value: "a" }), tag({ request_tag_value: "a" })], /is of the same/],
  ["too many",                             people(21),                                                /at most 20 rate limits/],
  ["too many groups",                      groups(6),                                                 /at most 5 groups/],
];

describe("rate limits as they are sent", () => {
  for (const [what, value, message] of refused)
    it(`are refused with ${what}`, () => {
      assert.throws(
        () => readRateLimits(value),
        (thrown: unknown) => {
          assert.ok(thrown instanceof Fault);
          assert.equal(thrown.code, "INVALID_PARAMETER_VALUE");
          assert.match(thrown.message, message);
          return true;
        },
      );
    });

  it("are kept as they were given", () => {
    const given: readonly Json[] = [
      rule({ calls: 0 }),
      rule({ renewal_period: "hour", tokens: 5 }),
      rule({ key: "user" }),
      rule({ key: "user", principal: "ada@example.com" }),
      tag({}),
      tag({ request_tag_value: "docks" }),
      tag({ request_tag_value: "Docks" }),
      { tokens: 0, key: "service_principal", principal: "7", renewal_period: "minute" },
    ];
    assert.deepEqual(readRateLimits([...given]), given);
    assert.deepEqual(readRateLimits([]), []);
  });

  it("are at most five groups, each with a limit of a minute and one of an hour", () => {
    const hours = (groups(5) as readonly object[]).map((one) => ({ ...one, renewal_period: "hour" })) as Json;
    assert.equal(readRateLimits([...(groups(5) as readonly Json[]), ...(hours as readonly Json[])]).length, 10);
    assert.equal(readRateLimits(people(20)).length, 20);
  });
});
