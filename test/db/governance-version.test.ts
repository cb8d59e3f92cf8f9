import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { bumpGovernance, type Database, openDatabase, rememberFacts } from "#db/mod.ts";
import { type FactSource, type Facts, table } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
// The version itself is reached past db's door to put another channel and database beneath it.
import { GovernanceCache } from "../../src/db/governance-cache.ts";
import { type GovernanceSource, GovernanceVersion } from "../../src/db/governance-version.ts";
import type { Listen } from "../../src/db/listen.ts";
import { freshDatabase } from "../world/database.ts";

/** DESIGN: a request rests on a version at most this old. */
const AGE_MS_MAX = 1_000;
/** A timer of the machine may come a little before the time that its clock tells. */
const AGE_AND_MORE_MS = AGE_MS_MAX + 20;

/** Resolves when the channel stands, which the first question opens. */
async function heard(db: Database): Promise<void> {
  while (!(await db.governance.now())) await sleep(5);
}

/** A version, a channel and a database that the test holds in its hand. */
function staged() {
  const stage = {
    version: 1,
    elapsed_ms: 1,
    down_ms: 0,
    isAway: false,
    reads: 0,
    tell: (() => {}) as Listen,
    /** What a read waits for after it has seen the version. */
    slow: Promise.resolve(),
  };
  const source: GovernanceSource = {
    read: async () => {
      stage.reads += 1;
      if (stage.isAway) throw new Fault("TEMPORARILY_UNAVAILABLE", "The database is not available just now.");
      const { version } = stage;
      await stage.slow;
      return version;
    },
    listen: async (listen) => {
      stage.tell = listen;
      return { down_ms: () => stage.down_ms, stop: async () => {} };
    },
  };
  return { stage, governance: new GovernanceVersion(source, () => stage.elapsed_ms) };
}

async function opened() {
  const made = staged();
  assert.equal(await made.governance.now(), undefined, "nothing may be remembered before the channel stands");
  await sleep(0);
  return made;
}

test("what is read in one era is read once, and again after this process committed a change", async () => {
  await using world = await freshDatabase();
  const { db } = world;
  await heard(db);
  const cache = db.governance.cache<{ readonly read: number }>(10);
  let reads = 0;
  const ask = () => cache.get("key", async () => ({ read: ++reads }));
  assert.deepEqual([await ask(), await ask()], [{ read: 1 }, { read: 1 }]);
  await db.run(bumpGovernance);
  assert.deepEqual(await ask(), { read: 2 });
  await assert.rejects(
    db.run(async (transaction) => {
      await bumpGovernance(transaction);
      throw new Error("thought better of it");
    }),
  );
  assert.deepEqual(await ask(), { read: 3 }, "a change that failed may have been made, if its answer was lost");
});

test("a change that is committed is over in the process that made it before its maker learns of it, every time", async () => {
  await using world = await freshDatabase();
  const { db } = world;
  await heard(db);
  await sql`CREATE TABLE secret (open boolean NOT NULL)`.execute(db.on());
  await sql`INSERT INTO secret VALUES (true)`.execute(db.on());
  const cache = db.governance.cache<{ readonly open: boolean }>(10);
  const ask = () =>
    cache.get("secret", async () => (await sql<{ open: boolean }>`SELECT open FROM secret`.execute(db.on())).rows[0]);
  let isOver = false;
  const readers = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      await ask();
      // What is remembered takes no turn of the event loop, and news must come in.
      await sleep(0);
    }
  });
  for (let i = 0; i < 100; i += 1) {
    const open = i % 2 === 1;
    await db.run(async (transaction) => {
      if (i % 3 === 0) await bumpGovernance(transaction);
      await sql`UPDATE secret SET open = ${open}`.execute(db.on(transaction));
      if (i % 3 !== 0) await bumpGovernance(transaction);
    });
    assert.deepEqual(await ask(), { open });
  }
  isOver = true;
  await Promise.all(readers);
});

test("a change by another process is seen within a second, while its news come and while they do not", async () => {
  await using world = await freshDatabase();
  const here = world.db;
  const there = await openDatabase({ url: world.url });
  try {
    await heard(here);
    const cache = here.governance.cache<{ readonly version: number }>(10);
    const ask = () =>
      cache.get("version", async () => {
        const { rows } = await sql<{ version: string }>`SELECT version FROM governance_version`.execute(here.on());
        return { version: Number(rows[0]!.version) };
      });
    const before = (await ask())!.version;
    await there.run(bumpGovernance);
    await sleep(AGE_AND_MORE_MS);
    assert.equal((await ask())!.version, before + 1);
    await sql`UPDATE governance_version SET version = version + 1`.execute(there.on());
    await sleep(AGE_AND_MORE_MS);
    assert.equal((await ask())!.version, before + 2, "a change that nobody was told of");
  } finally {
    await there.close();
  }
});

test("a version is asked for again after a second, without any news", async () => {
  const { stage, governance } = await opened();
  const era = await governance.now();
  assert.equal(await governance.now(), era);
  stage.elapsed_ms += AGE_MS_MAX - 1;
  assert.equal(await governance.now(), era);
  assert.equal(stage.reads, 1);
  stage.version = 2;
  stage.elapsed_ms += AGE_MS_MAX;
  assert.equal((await governance.now())?.version, 2);
  stage.version = 1;
  stage.elapsed_ms += AGE_MS_MAX;
  assert.equal((await governance.now())?.version, 1, "a database that was put back is followed too");
});

test("news end the era, whatever they say, but for a version that is known already", async () => {
  const { stage, governance } = await opened();
  stage.version = 7;
  const era = await governance.now();
  for (const old of ["6", "7"]) {
    stage.tell(old);
    assert.equal(await governance.now(), era);
  }
  for (const news of ["8", null, "", "x"]) {
    const before = await governance.now();
    stage.tell(news);
    assert.notEqual(await governance.now(), before, `news: ${news}`);
  }
});

test("a version that was asked for before a change begins no era after it", async () => {
  for (const change of ["told", "own"] as const) {
    const { stage, governance } = await opened();
    const { promise, resolve } = Promise.withResolvers<void>();
    stage.slow = promise;
    const asked = governance.now();
    const joined = governance.now();
    stage.version = 2;
    if (change === "told") stage.tell("2");
    else governance.end();
    resolve();
    assert.deepEqual([await asked, await joined], [undefined, undefined], change);
    assert.equal((await governance.now())?.version, 2, change);
  }
});

test("a change while something is loaded leaves nothing old behind", async () => {
  const { stage, governance } = await opened();
  const cache = governance.cache<{ readonly at: number }>(10);
  const { promise, resolve } = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const slow = cache.get("key", async () => {
    const { version } = stage;
    began.resolve();
    await promise;
    return { at: version };
  });
  await began.promise;
  stage.version = 2;
  governance.end();
  const quick = await cache.get("key", async () => ({ at: stage.version }));
  resolve();
  assert.deepEqual([await slow, quick], [{ at: 1 }, { at: 2 }]);
  assert.deepEqual(await cache.get("key", async () => ({ at: 3 })), { at: 2 }, "the slow one is nowhere");
});

test("what is not there is asked for each time, and a load that fails leaves nothing", async () => {
  const { governance } = await opened();
  const cache = governance.cache<{ readonly name: string }>(10);
  assert.equal(await cache.get("key", async () => undefined), undefined);
  await assert.rejects(cache.get("key", () => Promise.reject(new Error("broken"))));
  assert.deepEqual(await cache.get("key", async () => ({ name: "made meanwhile" })), { name: "made meanwhile" });
});

test("no more is remembered than was agreed", async () => {
  const { governance } = await opened();
  const cache = new GovernanceCache<{ readonly key: number }>(governance, 3);
  for (const key of [1, 2, 3, 4]) await cache.get(`${key}`, async () => ({ key }));
  const remembered = (await cache.open())!;
  assert.deepEqual(
    ["1", "2", "3", "4"].map((key) => remembered.get(key)?.key),
    [undefined, 2, 3, 4],
  );
});

test("nothing remembered is used while the channel has been down for longer than 5 seconds", async () => {
  const { stage, governance } = await opened();
  const cache = governance.cache<{ readonly read: number }>(10);
  let reads = 0;
  const ask = () => cache.get("key", async () => ({ read: ++reads }));
  assert.deepEqual([await ask(), await ask()], [{ read: 1 }, { read: 1 }]);
  stage.down_ms = 5_000;
  assert.deepEqual(await ask(), { read: 1 });
  stage.down_ms = 5_001;
  assert.deepEqual([await ask(), await ask()], [{ read: 2 }, { read: 3 }]);
  stage.down_ms = 0;
  stage.tell(null);
  assert.deepEqual([await ask(), await ask()], [{ read: 4 }, { read: 4 }]);
});

test("a version that is too old is no answer while the database is away", async () => {
  const { stage, governance } = await opened();
  await governance.now();
  stage.isAway = true;
  stage.elapsed_ms += AGE_MS_MAX;
  await assert.rejects(
    governance.now(),
    (thrown) => thrown instanceof Fault && thrown.code === "TEMPORARILY_UNAVAILABLE",
  );
  stage.isAway = false;
  assert.equal((await governance.now())?.version, 1);
});

/** Facts of whatever is asked, but for what is `gone`, at the version of the stage. */
function factsOf(stage: { readonly version: number }) {
  const loads: string[][] = [];
  const gone = new Set<string>();
  const source: FactSource = {
    load: async (whats) => {
      loads.push(whats.map((what) => what.name));
      return whats.map(
        (what): Facts => ({ what, found: !gone.has(what.name), chain: [], policies: [], version: stage.version }),
      );
    },
  };
  return { loads, gone, source };
}

test("facts of one load are of one version, remembered or not", async () => {
  const { stage, governance } = await opened();
  const { loads, source } = factsOf(stage);
  const facts = rememberFacts(source, governance, () => true);
  const [a, b] = [table("a.b.a"), table("a.b.b")];
  await facts.load([a]);
  await facts.load([a]);
  await facts.load([a, b]);
  assert.deepEqual(loads, [["a.b.a"], ["a.b.a", "a.b.b"]]);
  // Another process changes something; the news are not here yet.
  stage.version = 2;
  const both = await facts.load([a, table("a.b.c")]);
  assert.deepEqual(
    both.map((one) => one.version),
    [2, 2],
  );
  assert.deepEqual(
    (await facts.load([a])).map((one) => one.version),
    [2],
    "what was learned by the way counts from now on",
  );
});

test("a refusal rests on facts read anew, and on those just read without another question", async () => {
  const { stage, governance } = await opened();
  const { loads, gone, source } = factsOf(stage);
  const facts = rememberFacts(source, governance, () => true);
  const [hidden, missing] = [[table("a.b.hidden")], [table("a.b.missing")]];
  gone.add("a.b.missing");
  const costs: number[] = [];
  for (const whats of [hidden, missing, hidden, missing]) {
    const before = loads.length;
    await facts.reread(whats, await facts.load(whats));
    costs.push(loads.length - before);
  }
  assert.deepEqual(costs, [1, 1, 1, 1], "hidden and missing cost the same, whether the hidden is remembered or not");
});

test("facts that are none of governance are loaded each time", async () => {
  const { stage, governance } = await opened();
  const { loads, source } = factsOf(stage);
  const facts = rememberFacts(source, governance, (what) => what.name !== "a.b.own");
  for (let i = 0; i < 3; i += 1) await facts.load([table("a.b.own"), table("a.b.other")]);
  assert.equal(loads.length, 3);
});
