import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { bumpGovernance, type Database, isDuplicate } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { migrate } from "../../src/db/migrate.ts";
import { freshDatabase } from "../world/database.ts";

const put = (db: Database, transaction: Transaction | undefined, value: number) =>
  sql`INSERT INTO numbers VALUES (${value})`.execute(db.on(transaction));

async function numbers(db: Database): Promise<number[]> {
  const { rows } = await sql<{ value: number }>`SELECT value FROM numbers ORDER BY value`.execute(db.on());
  return rows.map((row) => row.value);
}

async function withNumbers() {
  const world = await freshDatabase();
  await sql`CREATE TABLE numbers (value integer CONSTRAINT numbers_once PRIMARY KEY)`.execute(world.db.on());
  return world;
}

test("work that joins a transaction commits and rolls back with it", async () => {
  await using world = await withNumbers();
  const { db } = world;
  const both = (outcome: "commit" | "throw", first: number) =>
    db.run(async (outer) => {
      await put(db, outer, first);
      await db.run((inner) => put(db, inner, first + 1), { within: outer });
      if (outcome === "throw") throw new Error("rolled back");
    });
  await both("commit", 1);
  await assert.rejects(both("throw", 10), /rolled back/);
  assert.deepEqual(await numbers(db), [1, 2]);
});

test("only a transaction of ours that still runs is taken", async () => {
  await using world = await withNumbers();
  const { db } = world;
  assert.throws(() => db.on({ kind: "transaction" }), /not opened by the database/);
  const kept = await db.run(async (transaction) => transaction);
  assert.throws(() => db.on(kept), /has ended/);
  await assert.rejects(bumpGovernance(kept), /has ended/);
});

test("a duplicate is told from other errors, by constraint", async () => {
  await using world = await withNumbers();
  await put(world.db, undefined, 1);
  const error: unknown = await put(world.db, undefined, 1).catch((thrown: unknown) => thrown);
  assert.deepEqual(
    [isDuplicate(error), isDuplicate(error, "numbers_once"), isDuplicate(error, "other"), isDuplicate(new Error("x"))],
    [true, true, false, false],
  );
});

test("serializable work that collides is run again when the caller asks, and only then", async () => {
  await using world = await withNumbers();
  const { db } = world;
  const collide = (attempts_max: number) => {
    // Both have read before either writes, so that they collide however slow the machine is.
    const bothRead = Promise.withResolvers<void>();
    let reads = 0;
    return Promise.allSettled(
      [1, 2].map((writer) =>
        db.run(
          async (transaction) => {
            const { rows } = await sql<{ next: number }>`
              SELECT count(*)::int + 1 AS next FROM numbers`.execute(db.on(transaction));
            reads += 1;
            if (reads === 2) bothRead.resolve();
            await bothRead.promise;
            await put(db, transaction, (rows[0]?.next ?? 0) * 10 + writer);
          },
          { isolation: "serializable", attempts_max },
        ),
      ),
    );
  };
  const once = await collide(1);
  assert.equal(once.filter((each) => each.status === "rejected").length, 1);
  const again = await collide(5);
  assert.deepEqual(
    again.map((each) => each.status),
    ["fulfilled", "fulfilled"],
  );
  assert.equal((await numbers(db)).length, 3);
});

test("a committed change of governance is told to who listens, also after its connection was cut", async () => {
  await using world = await freshDatabase();
  const { db } = world;
  const heard: (string | null)[] = [];
  const subscription = await db.listen("governance", (payload) => heard.push(payload));
  const until = async (count: number) => {
    for (let i = 0; i < 400 && heard.length < count; i += 1) await sleep(25);
  };
  await db.run(bumpGovernance);
  await until(1);
  assert.deepEqual(heard, ["2"]);
  assert.equal(subscription.down_ms(), 0);
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'lakeward-listen' AND datname = current_database()`.execute(db.on());
  await until(2);
  await db.run(bumpGovernance);
  await until(3);
  assert.deepEqual(heard, ["2", null, "3"]);
  await subscription.stop();
});

test("a connection that is cut in the middle of a statement is a fault to retry, and the pool goes on", async () => {
  await using world = await freshDatabase();
  const { db } = world;
  const cut = sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(db.on());
  await assert.rejects(cut, (error) => error instanceof Fault && error.code === "TEMPORARILY_UNAVAILABLE");
  assert.deepEqual((await sql`SELECT 1 AS one`.execute(db.on())).rows, [{ one: 1 }]);
});

test("a migration that fails leaves nothing behind, and a list out of order is refused", async () => {
  await using world = await freshDatabase();
  const { migrations } = await import("../../src/db/migrations/all.ts");
  const broken = {
    name: "9999-broken",
    up: (execute: (text: string) => Promise<void>) => execute("CREATE TABLE half (); SELECT 1 / 0"),
  };
  await assert.rejects(migrate(world.url, [...migrations, broken]), /9999-broken failed: division by zero/);
  await assert.rejects(sql`SELECT 1 FROM half`.execute(world.db.on()), /does not exist/);
  await assert.rejects(migrate(world.url, [...migrations].reverse()), /put the list in order/);
  await assert.rejects(migrate(world.url, migrations.slice(0, 1)), /newer Lakeward/);
});
