import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";
import { boot } from "../../src/boot.ts";
import { createLimits, redisCounters } from "../../src/gateway/limits/mod.ts";
import { provideRedis } from "../../tools/python.ts";
import { endpointWith, firm, minute, refusalOf, testStore, who } from "../gateway/limits/cases.ts";
import { freePort } from "../world/free-port.ts";
import { type RedisServer, startRedis } from "./redis/server.ts";

const python = await provideRedis(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";
/** What a caller waits at most for a server that is away. */
const AWAY_MS_MAX = 5_000;
/** A server that is back is found again sooner, unless the machine is busy. */
const BACK_MS_MAX = 60_000;

describe("limits that are counted in Redis", { skip }, () => {
  let redis: RedisServer;
  before(async () => {
    redis = await startRedis(interpreter);
  });
  after(() => redis[Symbol.asyncDispose]());

  testStore({
    name: "by two servers on one Redis",
    run: async (cases) => {
      await redis.client.flushall();
      const servers = [await redisCounters(redis.url), await redisCounters(redis.url)];
      try {
        await cases(servers);
      } finally {
        for (const one of servers) await one.close();
      }
    },
  });

  it("take one round trip to reserve and one to settle, however many there are", async () => {
    const counters = await redisCounters(redis.url);
    const limits = createLimits(counters, { now_ms: () => 0 });
    const endpoint = endpointWith(minute({ tokens: 90 }), minute({ key: "user", calls: 9, tokens: 90 }));
    await (await limits.reserve(who("ada"), endpoint, firm(9))).settle(1);
    await redis.client.config("RESETSTAT");
    await (await limits.reserve(who("ada"), endpoint, firm(9))).settle(1);
    const said = await redis.client.info("commandstats");
    assert.match(said, /cmdstat_evalsha:calls=2,/);
    assert.doesNotMatch(said, /cmdstat_eval:/);
    await counters.close();
  });

  it("settle what is reserved at the same time without losing any of it", async () => {
    await redis.client.flushall();
    const both = [await redisCounters(redis.url), await redisCounters(redis.url)];
    const limits = both.map((counters) => createLimits(counters, { now_ms: () => 0 }));
    const groups = ["a", "b", "c"];
    const rules = groups.map((principal) => minute({ key: "user_group", principal, tokens: 1_000_000 }));
    const ask = async (i: number): Promise<void> => {
      const held = await limits[i % 2]!.reserve(who(`u${i}`, ...groups), endpointWith(...rules), firm(100));
      await held.settle(i);
    };
    await Promise.all(Array.from({ length: 200 }, (_, i) => ask(i)));
    const keys = await redis.client.keys("lakeward:limits:*");
    const tokens = await Promise.all(keys.map((key) => redis.client.hget(key, "tokens")));
    assert.deepEqual(tokens, Array(3).fill(String((199 * 200) / 2)));
    const lives_ms = await Promise.all(keys.map((key) => redis.client.pttl(key)));
    assert.ok(
      lives_ms.every((one) => one > 60_000 && one <= 120_000),
      "a count is not kept for ever",
    );
    for (const one of both) await one.close();
  });

  it("refuse what they cannot count while the server hangs, is gone, or has just come back with nothing", async (context) => {
    await redis.client.flushall();
    const counters = await redisCounters(redis.url);
    // Else it would try to reconnect for ever when the test fails.
    context.after(() => counters.close());
    const limits = createLimits(counters, { now_ms: () => 0 });
    const endpoint = endpointWith(minute({ tokens: 50 }));
    const held = await limits.reserve(who("ada"), endpoint, firm(40));
    const refused = async (): Promise<void> => {
      const began_ms = Date.now();
      await assert.rejects(limits.reserve(who("ada"), endpoint, firm(1)), (thrown: unknown) => {
        assert.ok(thrown instanceof Fault);
        assert.equal(thrown.code, "TEMPORARILY_UNAVAILABLE");
        assert.match(thrown.message, /cannot be counted just now, and nothing is let through uncounted\. Try again/);
        return true;
      });
      assert.ok(Date.now() - began_ms < AWAY_MS_MAX, `it took ${Date.now() - began_ms} ms`);
    };
    await redis.kill("SIGSTOP");
    await refused();
    await held.settle(0);
    await redis.kill("SIGCONT");
    await refusalOf(limits.reserve(who("ada"), endpoint, firm(60)));
    await redis.kill("SIGKILL");
    await refused();
    await redis.restart();
    for (const until_ms = Date.now() + BACK_MS_MAX; ; ) {
      const asked = await limits.reserve(who("ada"), endpoint, firm(50)).catch((thrown: unknown) => thrown);
      if (!(asked instanceof Fault)) break;
      assert.equal(asked.code, "TEMPORARILY_UNAVAILABLE");
      assert.ok(Date.now() < until_ms, "it does not come back");
    }
  });

  it("hold at a server that is started with REDIS_URL, which lets nothing limited through without it", async () => {
    await redis.client.flushall();
    const data_dir = await mkdtemp(join(tmpdir(), "lakeward-redis-"));
    const port = await freePort();
    const options = { data_dir, port, tls_port: 0, redis_url: redis.url, log: silentLog, progress: () => {} };
    const platform = await boot(options);
    try {
      const token = (await readFile(platform.admin_token_path, "utf8")).trim();
      const send = (path: string, body: object) =>
        fetch(`http://localhost:${port}${path}`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify(body),
        });
      const config = { served_entities: [{ entity_name: "lakeward-offline" }] };
      const rate_limits = [{ calls: 5, renewal_period: "hour" }];
      await send("/api/2.0/serving-endpoints", { name: "radio", config, ai_gateway: { rate_limits } });
      const ask = () => send("/serving-endpoints/radio/invocations", { messages: [{ role: "user", content: "hi" }] });
      const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await ask()).status));
      assert.deepEqual(statuses.sort(), [...Array(5).fill(200), ...Array(7).fill(429)]);
      assert.equal((await redis.client.keys("lakeward:limits:*")).length, 1);
      await redis.kill("SIGKILL");
      const away = await ask();
      assert.equal(away.status, 503);
      assert.equal(away.headers.get("retry-after"), "2");
    } finally {
      await platform.close();
      await rm(data_dir, { recursive: true, force: true });
    }
  });
});
