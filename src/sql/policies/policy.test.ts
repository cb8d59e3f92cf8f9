import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import type { Json } from "#base/json.ts";
import type { FunctionDefinition } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { compilePolicy } from "./policy.ts";

const policy = (body: string): FunctionDefinition => ({
  id: "p",
  name: "main.ai.p",
  owner: "ada",
  parameters: [{ name: "event", type: "VARIANT" }],
  returns: { kind: "scalar", type: "VARIANT" },
  body,
  current: ["main", "ai"],
});
const caller = { subject: { kind: "user", id: "1", name: "ben" }, groups: ["staff"] } as const;
const said = (result: string): string => `to_variant_object(named_struct('result', ${result}))`;
const deniedWhen = (condition: string): string =>
  `CASE WHEN ${condition} THEN ${said("'DENY'")} ELSE ${said("'ALLOW'")} END`;
const event: Json = {
  type: "request",
  target: "main.ai.chat",
  context: { message: "Hello World", actor: { run_as: "ben" } },
  data: { messages: [{ role: "user", content: "Hello" }], n: 3, none: null, yes: true, big: 1.5 },
};
const isDenied = (condition: string): boolean =>
  compilePolicy(policy(deniedWhen(condition)))(event, caller).result === "DENY";

it("computes the conditions that policies are made of, as SQL does", () => {
  const truths = [
    "event:type::string = 'request'",
    "event:context.message::string LIKE '%World'",
    "event:context.message::string ILIKE 'hello_world'",
    "event:context['message']::string <> 'x'",
    "event:data.messages[0].role::string IN ('user', 'system')",
    "lower(event:context.message::string) || '!' = 'hello world!'",
    "event:data.n::int * 2 + 1 = 7 AND event:data.n::int / 2 = 1.5 AND mod(event:data.n::int, 2) = 1",
    "event:data.none::string IS NULL AND isnull(event:data.none::string)",
    "coalesce(event:data.none::string, 'x') = 'x' AND nullif('a', 'a') IS NULL",
    "event:data.yes::boolean AND NOT event:data.n::int > 3",
    "contains(event:data::string, 'Hello') AND startswith('abc', 'ab') AND endswith('abc', 'bc')",
    "substring('abcdef', 2, 3) = 'bcd' AND substr('abc', -2) = 'bc' AND length('añb') = 3 AND length('a😀') = 2",
    "trim('  a ') = 'a' AND ltrim(' a') = 'a' AND rtrim('a ') = 'a' AND replace('aXa', 'X', 'b') = 'aba' AND abs(-2) = 2",
    "if(event:data.n::int = 3, 'a', 'b') = 'a' AND upper('a') = 'A' AND concat('a', 'b') = 'ab'",
    "CASE event:type::string WHEN 'response' THEN 1 WHEN 'request' THEN 2 END = 2",
    "try_cast('x' AS INT) IS NULL AND event:data.n?::int = 3",
    "current_user() = 'ben' AND is_account_group_member('staff') AND NOT is_account_group_member('admins')",
    "'a' NOT IN ('b') AND 'ab' NOT LIKE 'b%' AND NULL <=> NULL",
    "'100%' LIKE '100\\\\%' AND NOT '100x' LIKE '100\\\\%'",
  ];
  for (const truth of truths) assert.ok(isDenied(truth), truth);
  for (const unknown of ["NULL", "event:data.none::string = 'x'", "'a' NOT IN ('b', NULL)", "NULL AND true"])
    assert.ok(!isDenied(unknown), unknown);
});

it("throws for what cannot be computed: a field that is not there, a cast, a division by zero, a text that grows without end", () => {
  const doubling = Array.from({ length: 26 }).reduce<string>((grown) => `replace(${grown}, 'a', 'aa')`, "'a'");
  for (const condition of [
    "event:context.nothing::string = 'x'",
    "event:data.messages[7].role::string = 'x'",
    "event:constructor::string = 'x'",
    "event:data.messages.length::int = 1",
    "event:context.message::int = 1",
    "1 / 0 = 1",
    "1 % 0 = 1",
    "9007199254740991 + 1 > 0",
    `${doubling} = 'a'`,
  ])
    assert.throws(() => isDenied(condition), { name: "Uncomputable" }, condition);
  for (const result of ["'PERMIT'", "'allow'", "NULL", "1"])
    assert.throws(() => compilePolicy(policy(said(result)))(event, caller), { name: "Uncomputable" }, result);
});

it("refuses by name what a policy cannot hold, when it is set", () => {
  for (const [condition, says] of [
    ["EXISTS (SELECT 1)", /EXISTS in a service policy/],
    ["(SELECT true)", /SCALAR SUBQUERY/],
    ["event:type::string IN (SELECT 'a')", /IN QUERY/],
    ["event:data.n::int BETWEEN 1 AND 2", /BETWEEN/],
    ["event:type::string RLIKE '(a+)+$'", /RLIKE/],
    ["ai_query('m', 'x') = 'y'", /The function ai_query/],
    ["http_request('x') = 'y'", /The function http_request/],
    ["main.ai.other(1) = 1", /The function main\.ai\.other/],
    ["count(*) > 1", /The function count/],
    ["event:type = 'request'", /Comparing VARIANT with STRING.*Cast the field/],
    ["other:type::string = 'x'", /A name but 'event'/],
    ["event:data.messages[*].role::string = 'x'", /\[\*\]/],
    ["event:data::ARRAY<STRING> IS NULL", /This cast/],
    ["1 = 'a'", /Comparing INT with STRING/],
    ["upper(1) = 'a'", /INT where a service policy needs STRING/],
    ["constructor(1) = 1", /The function constructor/],
  ] as const)
    assert.throws(
      () => compilePolicy(policy(deniedWhen(condition))),
      (thrown: unknown) => thrown instanceof Fault && thrown.code === "BAD_REQUEST" && says.test(thrown.message),
      condition,
    );
  assert.throws(() => compilePolicy(policy("'ALLOW'")), /gives a VARIANT/);
  assert.throws(() => compilePolicy({ ...policy(said("'ALLOW'")), parameters: [] }), /is no service policy/);
});

it("tells a reason that stands in the text as it is, and none that is made of what it looked at", () => {
  const literal = "to_variant_object(named_struct('result', 'DENY', 'reason', 'Not here.'))";
  assert.deepEqual(compilePolicy(policy(literal))(event, caller), { result: "DENY", reason: "Not here." });
  const leaking = "to_variant_object(named_struct('result', 'DENY', 'reason', event:context.message::string))";
  assert.deepEqual(compilePolicy(policy(leaking))(event, caller), { result: "DENY" });
  const wrapped = `to_variant_object(named_struct('decision', named_struct('result', 'ASK', 'reason', 'Who are you?')))`;
  assert.deepEqual(compilePolicy(policy(wrapped))(event, caller), { result: "ASK", reason: "Who are you?" });
});

it("never gives anything but a verdict or a throw, whatever the event is", () => {
  const run = compilePolicy(policy(deniedWhen("contains(lower(event:data.a.b[0]::string), 'x') OR event:n::int > 3")));
  fc.assert(
    fc.property(fc.jsonValue(), (given) => {
      try {
        assert.match(run(given as Json, caller).result, /^(ALLOW|DENY)$/);
      } catch (thrown) {
        assert.equal((thrown as Error).name, "Uncomputable");
      }
    }),
  );
});
