import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openDatabase } from "#db/mod.ts";
import type { Who } from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { RateLimit } from "#wire/serving/ai-gateway.ts";
import type { Counters } from "../../../src/gateway/limits/counters.ts";
import { createLimits, memoryCounters, postgresCounters } from "../../../src/gateway/limits/mod.ts";
import { freshDatabase } from "../../world/database.ts";

const who = (name: string): Who => ({
  subject: { kind: "user", id: name, name },
  groups: [],
  scopes: ["all-apis"],
  workspace: "1",
});
const MINUTE_MS = 60_000;
const endpointWith = (...rate_limits: RateLimit[]) => ({ id: "e", name: "advisor", ai_gateway: { rate_limits } });
const minute = (more: Partial<RateLimit>): RateLimit => ({ renewal_period: "minute", ...more });
const firm = (firm_tokens: number) => ({ firm_tokens, likely_tokens: 0 });

/** Each test is of both stores: what holds in one process holds between several. */
function ofBoth(says: string, run: (servers: readonly Counters[]) => Promise<void>): void {
  test(`${says}, in the process`, async () => {
    await run([memoryCounters()]);
  });
  test(`${says}, by two servers on one database`, async () => {
    await using database = await freshDatabase();
    const other = await openDatabase({ url: database.url });
    try {
      await run([postgresCounters(database.db), postgresCounters(other)]);
    } finally {
      await other.close();
    }
  });
}

function world(servers: readonly Counters[]) {
  const stage = { now_ms: 7 * MINUTE_MS };
  const limits = servers.map((counters) => createLimits(counters, { now_ms: () => stage.now_ms }));
  let turn = 0;
  const any = () => limits[turn++ % limits.length]!;
  return { stage, any };
}

const refusalOf = async (asking: Promise<unknown>): Promise<Fault> =>
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

ofBoth("fifty at once get as many calls as there are, and not one more", async (servers) => {
  const { any } = world(servers);
  const endpoint = endpointWith(minute({ calls: 20 }));
  assert.equal(
    await admitted(Array.from({ length: 50 }, (_, i) => any().reserve(who(`u${i}`), endpoint, firm(1)))),
    20,
  );
});

ofBoth("fifty at once get the tokens that there are, less than one question's short of all", async (servers) => {
  const { any } = world(servers);
  const endpoint = endpointWith(minute({ tokens: 1_000 }));
  assert.equal(await admitted(Array.from({ length: 50 }, () => any().reserve(who("ada"), endpoint, firm(70)))), 14);
});

ofBoth("fifty at once with limits in crossing orders take all of theirs or nothing", async (servers) => {
  const { any } = world(servers);
  const mine = ["ada", "ben", "cleo"].map((principal) => minute({ key: "user", principal, calls: 6 }));
  const endpoint = endpointWith(...mine, minute({ calls: 15 }));
  const names = Array.from({ length: 50 }, (_, i) => ["ada", "ben", "cleo"][i % 3]!);
  assert.equal(await admitted(names.map((name) => any().reserve(who(name), endpoint, firm(1)))), 15);
});

ofBoth("what was reserved is put right afterwards, once, and given back when nothing was used", async (servers) => {
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
});

ofBoth(
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
);

ofBoth("calls and tokens are counted apart, and hours apart from minutes", async (servers) => {
  const { any, stage } = world(servers);
  const endpoint = endpointWith(minute({ calls: 1 }), { renewal_period: "hour", calls: 2 });
  await any().reserve(who("ada"), endpoint, firm(1));
  await refusalOf(any().reserve(who("ada"), endpoint, firm(1)));
  stage.now_ms += MINUTE_MS;
  await any().reserve(who("ada"), endpoint, firm(1));
  stage.now_ms += MINUTE_MS;
  const refusal = await refusalOf(any().reserve(who("ada"), endpoint, firm(1)));
  assert.equal(refusal.options.headers?.["retry-after"], String((60 - 9) * 60));
});

ofBoth("a limit of nothing lets nothing through, and a question larger than the limit is told so", async (servers) => {
  const { any } = world(servers);
  await refusalOf(any().reserve(who("ada"), endpointWith(minute({ calls: 0 })), firm(1)));
  const refusal = await refusalOf(any().reserve(who("ada"), endpointWith(minute({ tokens: 10 })), firm(11)));
  assert.match(refusal.message, /This question alone may take 11 tokens/);
});

ofBoth("an answer without a bound reserves what most take, or all that there is", async (servers) => {
  const { any } = world(servers);
  const endpoint = endpointWith(minute({ tokens: 500 }));
  const one = await any().reserve(who("ada"), endpoint, { firm_tokens: 10, likely_tokens: 1_024 });
  await refusalOf(any().reserve(who("ada"), endpoint, firm(1)));
  await one.settle(30);
  assert.equal(
    (await any().reserve(who("ada"), endpoint, firm(70))).headers["x-ratelimit-remaining-tokens"],
    String(500 - 30 - 70),
  );
});

ofBoth("a limit that is changed counts at once", async (servers) => {
  const { any } = world(servers);
  for (let i = 0; i < 3; i += 1) await any().reserve(who("ada"), endpointWith(minute({ calls: 3 })), firm(1));
  await refusalOf(any().reserve(who("ada"), endpointWith(minute({ calls: 3 })), firm(1)));
  await any().reserve(who("ada"), endpointWith(minute({ calls: 4 })), firm(1));
  await refusalOf(any().reserve(who("ada"), endpointWith(minute({ calls: 2 })), firm(1)));
});

test("both stores do what a plain count does, whatever is taken and put right", async () => {
  await using database = await freshDatabase();
  const step = fc.record({ tokens: fc.nat(60), gap_ms: fc.nat(20_000), settle: fc.option(fc.nat(80)) });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      run += 1;
      const endpoint = { ...endpointWith(minute({ calls: 4, tokens: 150 })), id: `e${run}` };
      const stage = { now_ms: 0 };
      const clock = { now_ms: () => stage.now_ms };
      const both = [memoryCounters(), postgresCounters(database.db)].map((counters) => createLimits(counters, clock));
      let plain = { period: -1, calls: 0, tokens: 0 };
      for (const { tokens, gap_ms, settle } of steps) {
        stage.now_ms += gap_ms;
        const period = Math.floor(stage.now_ms / MINUTE_MS);
        if (period !== plain.period) plain = { period, calls: 0, tokens: 0 };
        const isLet = plain.calls < 4 && plain.tokens + tokens <= 150;
        const got = await Promise.allSettled(both.map((limits) => limits.reserve(who("ada"), endpoint, firm(tokens))));
        assert.deepEqual(
          got.map((one) => one.status === "fulfilled"),
          [isLet, isLet],
        );
        if (!isLet) continue;
        plain.calls += 1;
        plain.tokens += settle ?? tokens;
        for (const one of got) if (one.status === "fulfilled" && settle !== null) await one.value.settle(settle);
      }
    }),
    { numRuns: 30 },
  );
});

test("what cannot be counted is not let through", async () => {
  const database = await freshDatabase();
  const limits = createLimits(postgresCounters(database.db), { now_ms: () => 0 });
  await database[Symbol.asyncDispose]();
  await assert.rejects(limits.reserve(who("ada"), endpointWith(minute({ calls: 5 })), firm(1)));
});
