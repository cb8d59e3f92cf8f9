import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Who } from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { RateLimit } from "#wire/serving/ai-gateway.ts";
import type { Counters } from "../../../src/gateway/limits/counters.ts";
import { createLimits } from "../../../src/gateway/limits/mod.ts";

export const who = (name: string, ...groups: string[]): Who => ({
  subject: { kind: "user", id: name, name },
  groups,
  scopes: ["all-apis"],
  workspace: "1",
});
export const MINUTE_MS = 60_000;
export const endpointWith = (...rate_limits: RateLimit[]) => ({
  id: "e",
  name: "advisor",
  ai_gateway: { rate_limits },
});
export const minute = (more: Partial<RateLimit>): RateLimit => ({ renewal_period: "minute", ...more });
export const firm = (firm_tokens: number) => ({ firm_tokens, likely_tokens: 0 });

function world(servers: readonly Counters[]) {
  const stage = { now_ms: 7 * MINUTE_MS };
  const limits = servers.map((counters) => createLimits(counters, { now_ms: () => stage.now_ms }));
  let turn = 0;
  const any = () => limits[turn++ % limits.length]!;
  return { stage, any };
}

export const refusalOf = async (asking: Promise<unknown>): Promise<Fault> =>
  asking.then(
    () => assert.fail("it was let through"),
    (thrown: unknown) => {
      assert.ok(thrown instanceof Fault, String(thrown));
      assert.equal(thrown.code, "REQUEST_LIMIT_EXCEEDED");
      return thrown;
    },
  );

const admitted = async (asked: readonly Promise<unknown>[]): Promise<number> => {
  const settled = await Promise.allSettled(asked);
  for (const one of settled)
    if (one.status === "rejected") assert.equal(faultOf(one.reason).code, "REQUEST_LIMIT_EXCEEDED", String(one.reason));
  return settled.filter((one) => one.status === "fulfilled").length;
};

/** A store of counts, opened by the servers that share it. */
export interface Store {
  readonly name: string;
  readonly run: (cases: (servers: readonly Counters[]) => Promise<void>) => Promise<void>;
}

type Case = readonly [says: string, run: (servers: readonly Counters[]) => Promise<void>];

/** What holds of every store, in one process as between several. */
export function testStore({ name, run }: Store): void {
  for (const [says, each] of cases) test(`${says}, ${name}`, () => run(each));
}

const cases: readonly Case[] = [
  [
    "fifty at once get as many calls as there are, and not one more",
    async (servers) => {
      const { any } = world(servers);
      const endpoint = endpointWith(minute({ calls: 20 }));
      assert.equal(
        await admitted(Array.from({ length: 50 }, (_, i) => any().reserve(who(`u${i}`), endpoint, firm(1)))),
        20,
      );
    },
  ],

  [
    "fifty at once get the tokens that there are, less than one question's short of all",
    async (servers) => {
      const { any } = world(servers);
      const endpoint = endpointWith(minute({ tokens: 1_000 }));
      assert.equal(await admitted(Array.from({ length: 50 }, () => any().reserve(who("ada"), endpoint, firm(70)))), 14);
    },
  ],

  [
    "fifty at once get of a provisioned throughput what there is, a new minute has all of it, and an entity's is its own",
    async (servers) => {
      const { any, stage } = world(servers);
      const take = (entity = "a", tokens = 70) => any().provisioned(endpointWith(), entity, 10, firm(tokens));
      assert.equal(await admitted(Array.from({ length: 50 }, () => take())), 8);
      stage.now_ms += 20_000;
      const refused = await refusalOf(take());
      assert.equal(refused.options.headers?.["retry-after"], "40");
      assert.match(refused.message, /10 tokens per second: of 600 tokens this minute 40 are left/);
      assert.equal((await refusalOf(take("a", 601))).options.headers, undefined, "no time would help");
      await (await take("b", 600)).settle(100);
      await take("b", 500);
      stage.now_ms += 40_000;
      await take("a", 600);
    },
  ],

  [
    "fifty at once with limits in crossing orders take all of theirs or nothing",
    async (servers) => {
      const { any } = world(servers);
      const mine = ["ada", "ben", "cleo"].map((principal) => minute({ key: "user", principal, calls: 6 }));
      const endpoint = endpointWith(...mine, minute({ calls: 15 }));
      const names = Array.from({ length: 50 }, (_, i) => ["ada", "ben", "cleo"][i % 3]!);
      assert.equal(await admitted(names.map((name) => any().reserve(who(name), endpoint, firm(1)))), 15);
    },
  ],

  [
    "what was reserved is put right afterwards, once, and given back when nothing was used",
    async (servers) => {
      const { any } = world(servers);
      const endpoint = endpointWith(minute({ tokens: 100 }));
      const first = await any().reserve(who("ada"), endpoint, firm(80));
      await refusalOf(any().reserve(who("ada"), endpoint, firm(30)));
      await first.settle(40);
      await first.settle(0);
      const second = await any().reserve(who("ada"), endpoint, firm(60));
      await second.settle(0);
      const third = await any().reserve(who("ada"), endpoint, firm(60));
      assert.equal(third.headers["x-ratelimit-remaining-tokens"], "0");
    },
  ],

  [
    "a new period begins with nothing taken, and what is put right late changes the old one alone",
    async (servers) => {
      const { any, stage } = world(servers);
      const endpoint = endpointWith(minute({ tokens: 100, calls: 2 }));
      const late = await any().reserve(who("ada"), endpoint, firm(100));
      stage.now_ms += MINUTE_MS;
      const fresh = await any().reserve(who("ada"), endpoint, firm(90));
      await late.settle(0);
      await refusalOf(any().reserve(who("ada"), endpoint, firm(20)));
      await fresh.settle(90);
      await any().reserve(who("ada"), endpoint, firm(10));
      await refusalOf(any().reserve(who("ada"), endpoint, firm(0)));
    },
  ],

  [
    "calls and tokens are counted apart, and hours apart from minutes",
    async (servers) => {
      const { any, stage } = world(servers);
      const endpoint = endpointWith(minute({ calls: 1 }), { renewal_period: "hour", calls: 2 });
      await any().reserve(who("ada"), endpoint, firm(1));
      await refusalOf(any().reserve(who("ada"), endpoint, firm(1)));
      stage.now_ms += MINUTE_MS;
      await any().reserve(who("ada"), endpoint, firm(1));
      stage.now_ms += MINUTE_MS;
      const refusal = await refusalOf(any().reserve(who("ada"), endpoint, firm(1)));
      assert.equal(refusal.options.headers?.["retry-after"], String((60 - 9) * 60));
    },
  ],

  [
    "a limit of nothing lets nothing through, and a question larger than the limit is told so",
    async (servers) => {
      const { any } = world(servers);
      await refusalOf(any().reserve(who("ada"), endpointWith(minute({ calls: 0 })), firm(1)));
      const refusal = await refusalOf(any().reserve(who("ada"), endpointWith(minute({ tokens: 10 })), firm(11)));
      assert.match(refusal.message, /This question alone may take 11 tokens/);
    },
  ],

  [
    "an answer without a bound reserves what most take, or all that there is",
    async (servers) => {
      const { any } = world(servers);
      const endpoint = endpointWith(minute({ tokens: 500 }));
      const one = await any().reserve(who("ada"), endpoint, { firm_tokens: 10, likely_tokens: 1_024 });
      await refusalOf(any().reserve(who("ada"), endpoint, firm(1)));
      await one.settle(30);
      assert.equal(
        (await any().reserve(who("ada"), endpoint, firm(70))).headers["x-ratelimit-remaining-tokens"],
        String(500 - 30 - 70),
      );
    },
  ],

  [
    "a limit that is changed counts at once",
    async (servers) => {
      const { any } = world(servers);
      for (let i = 0; i < 3; i += 1) await any().reserve(who("ada"), endpointWith(minute({ calls: 3 })), firm(1));
      await refusalOf(any().reserve(who("ada"), endpointWith(minute({ calls: 3 })), firm(1)));
      await any().reserve(who("ada"), endpointWith(minute({ calls: 4 })), firm(1));
      await refusalOf(any().reserve(who("ada"), endpointWith(minute({ calls: 2 })), firm(1)));
    },
  ],

  [
    "a group's limit is shared, and who is in two needs room in one of them",
    async (servers) => {
      const { any } = world(servers);
      const group = (principal: string, calls: number): RateLimit => minute({ key: "user_group", principal, calls });
      const endpoint = endpointWith(group("pilots", 2), group("crew", 4));
      const ask = (name: string, ...groups: string[]) => any().reserve(who(name, ...groups), endpoint, firm(1));
      await ask("ada", "pilots");
      await ask("ben", "pilots", "crew");
      assert.match(
        (await refusalOf(ask("ada", "pilots"))).message,
        /the rate limit of the group 'pilots' .* 2 calls per/,
      );
      const third = await ask("ben", "pilots", "crew");
      assert.equal(third.headers["x-ratelimit-remaining-requests"], "2");
      await ask("cleo", "crew");
      await ask("cleo", "crew");
      assert.match((await refusalOf(ask("ben", "pilots", "crew"))).message, /as those of your other groups/);
    },
  ],

  [
    "fifty at once with a tag get as many calls as its value has, whoever asks, and other values theirs",
    async (servers) => {
      const { any } = world(servers);
      const tag = { key: "request_tag", request_tag_key: "team" } as const;
      const endpoint = endpointWith(
        minute({ ...tag, calls: 12 }),
        minute({ ...tag, request_tag_value: "docks", calls: 7 }),
        minute({ calls: 40 }),
      );
      const ask = (i: number, team: string) => any().reserve(who(`u${i}`), endpoint, firm(1), { team });
      const [docks, crew] = await Promise.all(
        ["docks", "crew"].map((team) => admitted(Array.from({ length: 50 }, (_, i) => ask(i, team)))),
      );
      assert.deepEqual([docks, crew], [7, 12]);
      const rest = Array.from({ length: 50 }, (_, i) => any().reserve(who(`u${i}`), endpoint, firm(1)));
      assert.equal(await admitted(rest), 40 - 7 - 12, "what a tag refused took nothing of the endpoint's limit");
    },
  ],

  [
    "fifty at once with tags in crossing orders take all of theirs or nothing, and are put right one by one",
    async (servers) => {
      const { any } = world(servers);
      const max = { a: 200, b: 150, c: 1_000 };
      const names = ["a", "b", "c"] as const;
      const rules = names.map((name) => minute({ key: "request_tag", request_tag_key: name, tokens: max[name] }));
      const endpoint = endpointWith(...rules);
      const pairs = [
        { a: "1", b: "1" },
        { b: "1", c: "1" },
        { c: "1", a: "1" },
      ] as const;
      const asked = Array.from({ length: 50 }, (_, i) => any().reserve(who(`u${i}`), endpoint, firm(10), pairs[i % 3]));
      await admitted(asked);
      const got = await Promise.allSettled(asked);
      const questions = (name: (typeof names)[number]): number =>
        got.filter((one, i) => one.status === "fulfilled" && Object.hasOwn(pairs[i % 3]!, name)).length;
      assert.equal(questions("b"), 15, "as many as there is room for, since nothing else was in the way of b and c");
      assert.ok(questions("a") <= 20);
      await Promise.all(got.map((one) => (one.status === "fulfilled" ? one.value.settle(1) : undefined)));
      for (const name of names) {
        const { headers } = await any().reserve(who("ada"), endpoint, firm(1), { [name]: "1" });
        assert.equal(headers["x-ratelimit-remaining-tokens"], String(max[name] - questions(name) - 1));
      }
    },
  ],

  [
    "a refusal by a tag says which, and when there is room again",
    async (servers) => {
      const { any } = world(servers);
      const endpoint = endpointWith(minute({ key: "request_tag", request_tag_key: "team", calls: 1 }));
      await any().reserve(who("ada"), endpoint, firm(1), { team: "docks" });
      const refusal = await refusalOf(any().reserve(who("ben"), endpoint, firm(1), { team: "docks" }));
      assert.match(
        refusal.message,
        /Exceeded the rate limit of requests that are tagged 'team' with 'docks' on serving endpoint 'advisor': 1 calls per minute/,
      );
      assert.equal(refusal.options.headers?.["retry-after"], "60");
    },
  ],

  [
    "a refusal takes nothing of the limits that have room",
    async (servers) => {
      const { any } = world(servers);
      const endpoint = endpointWith(minute({ calls: 9, tokens: 100 }), minute({ key: "user", calls: 1 }));
      await any().reserve(who("ada"), endpoint, firm(10));
      for (let i = 0; i < 5; i += 1) await refusalOf(any().reserve(who("ada"), endpoint, firm(10)));
      const other = await any().reserve(who("ben"), endpoint, firm(10));
      assert.equal(other.headers["x-ratelimit-remaining-tokens"], "80");
    },
  ],

  [
    "what crashed before it was settled holds its tokens to the end of the period, and no longer",
    async (servers) => {
      const { any, stage } = world(servers);
      const endpoint = endpointWith(minute({ tokens: 100 }));
      await any().reserve(who("ada"), endpoint, firm(60));
      await refusalOf(any().reserve(who("ben"), endpoint, firm(41)));
      await any().reserve(who("ben"), endpoint, firm(40));
      stage.now_ms += MINUTE_MS;
      await any().reserve(who("ben"), endpoint, firm(100));
    },
  ],

  [
    "an answer that took more than was reserved leaves so much less",
    async (servers) => {
      const { any } = world(servers);
      const endpoint = endpointWith(minute({ tokens: 100 }));
      await (await any().reserve(who("ada"), endpoint, firm(10))).settle(130);
      const refusal = await refusalOf(any().reserve(who("ada"), endpoint, firm(1)));
      assert.equal(refusal.options.headers?.["x-ratelimit-remaining-tokens"], "0");
    },
  ],

  [
    "a clock that is set back a little begins no period twice",
    async (servers) => {
      const { any, stage } = world(servers.slice(0, 1));
      const endpoint = endpointWith(minute({ calls: 2 }));
      for (const by_ms of [0, MINUTE_MS, -MINUTE_MS, MINUTE_MS]) {
        stage.now_ms += by_ms;
        await any()
          .reserve(who("ada"), endpoint, firm(1))
          .catch(() => {});
      }
      await refusalOf(any().reserve(who("ada"), endpoint, firm(1)));
    },
  ],

  [
    "a refusal says when there is room again, and not that when there never is",
    async (servers) => {
      const { any, stage } = world(servers);
      stage.now_ms += 20_500;
      const both = endpointWith(minute({ calls: 1 }), { renewal_period: "hour", key: "user", calls: 1 });
      await any().reserve(who("ada"), both, firm(1));
      const refusal = await refusalOf(any().reserve(who("ada"), both, firm(1)));
      assert.match(refusal.message, /of 'ada' on serving endpoint 'advisor': 1 calls per hour\. Try again in \d+ s/);
      assert.deepEqual(refusal.options.headers, {
        "retry-after": String(52 * 60 + 40),
        "x-ratelimit-limit-requests": "1",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "40s",
      });
      const none = await refusalOf(any().reserve(who("ada"), endpointWith(minute({ calls: 0 })), firm(1)));
      assert.equal(none.options.headers?.["retry-after"], undefined);
      assert.match(none.message, /It lets none through: ask the endpoint's owner/);
    },
  ],
  [
    "it does what a plain count does, whatever is taken and put right",
    async (servers) => {
      const step = fc.record({
        tokens: fc.integer({ min: 1, max: 60 }),
        gap_ms: fc.nat(20_000),
        settle: fc.option(fc.nat(80)),
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          run += 1;
          const endpoint = { ...endpointWith(minute({ calls: 4, tokens: 150 })), id: `e${run}` };
          const { stage, any } = world(servers);
          stage.now_ms = 0;
          let plain = { period: -1, calls: 0, tokens: 0 };
          for (const { tokens, gap_ms, settle } of steps) {
            stage.now_ms += gap_ms;
            const period = Math.floor(stage.now_ms / MINUTE_MS);
            if (period !== plain.period) plain = { period, calls: 0, tokens: 0 };
            const isLet = plain.calls < 4 && plain.tokens + tokens <= 150;
            const [got] = await Promise.allSettled([any().reserve(who("ada"), endpoint, firm(tokens))]);
            assert.equal(got!.status === "fulfilled", isLet);
            if (!isLet) continue;
            plain.calls += 1;
            plain.tokens += settle ?? tokens;
            if (got!.status === "fulfilled" && settle !== null) await got!.value.settle(settle);
          }
        }),
        { numRuns: 30 },
      );
    },
  ],
];
