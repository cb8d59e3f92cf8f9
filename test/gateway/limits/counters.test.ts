import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { silentLog } from "#base/log.ts";
import { Database, openDatabase } from "#db/mod.ts";
import { Fault } from "#wire/errors.ts";
import { createLimits, memoryCounters, postgresCounters } from "../../../src/gateway/limits/mod.ts";
import { countingProxy } from "../../world/counting-proxy.ts";
import { freshDatabase } from "../../world/database.ts";
import { endpointWith, firm, MINUTE_MS, minute, refusalOf, testStore, who } from "./cases.ts";

testStore({ name: "in the process", run: (cases) => cases([memoryCounters()]) });

testStore({
  name: "by two servers on one database",
  run: async (cases) => {
    await using database = await freshDatabase();
    const other = await openDatabase({ url: database.url });
    try {
      await cases([postgresCounters(database.db), postgresCounters(other)]);
    } finally {
      await other.close();
    }
  },
});

test("what cannot be counted is not let through, and the answer says so", async () => {
  await using database = await freshDatabase();
  const proxy = await countingProxy(database.url);
  const away = new Database(proxy.url, silentLog);
  const limits = createLimits(postgresCounters(away), { now_ms: () => 0 });
  const endpoint = endpointWith(minute({ tokens: 50 }));
  const held = await limits.reserve(who("ada"), endpoint, firm(50));
  await proxy[Symbol.asyncDispose]();
  await assert.rejects(limits.reserve(who("ada"), endpoint, firm(1)), (thrown: unknown) => {
    assert.ok(thrown instanceof Fault);
    assert.equal(thrown.code, "TEMPORARILY_UNAVAILABLE");
    assert.match(thrown.message, /Try again in a few seconds/);
    return true;
  });
  await held.settle(0);
  const back = createLimits(postgresCounters(database.db), { now_ms: () => 0 });
  assert.match(
    (await refusalOf(back.reserve(who("ada"), endpoint, firm(1)))).message,
    /50 tokens, of which 0 are left/,
  );
  await away.close();
});

test("Postgres is asked once to reserve and once to settle, however many limits there are", async () => {
  await using database = await freshDatabase();
  await using proxy = await countingProxy(database.url);
  const db = new Database(proxy.url, silentLog);
  const limits = createLimits(postgresCounters(db), { now_ms: () => 0 });
  const endpoint = endpointWith(minute({ tokens: 90 }), minute({ key: "user", calls: 9, tokens: 90 }));
  await (await limits.reserve(who("ada"), endpoint, firm(9))).settle(1);
  const from = proxy.roundTrips();
  await (await limits.reserve(who("ada"), endpoint, firm(9))).settle(1);
  assert.equal(proxy.roundTrips() - from, 2);
  await db.close();
});

test("what settles and what is reserved at the same time never wait for each other", async () => {
  await using database = await freshDatabase();
  const other = await openDatabase({ url: database.url });
  const groups = ["a", "b", "c", "d", "e"];
  const rules = groups.map((principal) => minute({ key: "user_group", principal, tokens: 1_000_000 }));
  const both = [database.db, other].map((db) => createLimits(postgresCounters(db), { now_ms: () => 0 }));
  const ask = async (i: number): Promise<void> => {
    const order = i % 2 === 0 ? rules : rules.toReversed();
    const held = await both[i % 2]!.reserve(who(`u${i}`, ...groups), endpointWith(...order), firm(100));
    await held.settle(i);
  };
  await Promise.all(Array.from({ length: 200 }, (_, i) => ask(i)));
  const { rows } = await sql<{ tokens: string }>`SELECT tokens FROM rate_limit_counts`.execute(database.db.on());
  assert.deepEqual(new Set(rows.map((row) => Number(row.tokens))), new Set([(199 * 200) / 2]));
  await other.close();
});

test("counts that are over are deleted as new ones come, a few at a time", async () => {
  await using database = await freshDatabase();
  const stage = { now_ms: 0 };
  const limits = createLimits(postgresCounters(database.db), { now_ms: () => stage.now_ms });
  const endpoint = endpointWith(minute({ key: "user", calls: 5 }));
  const count = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM rate_limit_counts`.execute(
      database.db.on(),
    );
    return rows[0]!.n;
  };
  for (let i = 0; i < 20; i += 1) await limits.reserve(who(`u${i}`), endpoint, firm(1));
  stage.now_ms = 61 * MINUTE_MS + 1;
  await limits.reserve(who("a"), endpoint, firm(1));
  assert.equal(await count(), 21, "kept for an hour");
  stage.now_ms += MINUTE_MS;
  const left: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    await limits.reserve(who(`new${i}`), endpoint, firm(1));
    left.push(await count());
  }
  assert.deepEqual(left, [18, 15, 12, 9, 6, 7]);
});
