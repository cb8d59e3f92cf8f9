import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { type Database, openDatabase } from "#db/mod.ts";
import { Fault } from "#wire/errors.ts";
import { freshDatabase } from "../world/database.ts";

const SOCKET = ".s.PGSQL.5432";

/** A way to the database on which nothing moves while it is still: no connection breaks, and new ones are taken. */
async function stillable(context: TestContext, url: string) {
  const there = decodeURIComponent(/@([^:]+):/.exec(url)?.[1] ?? "");
  const here = mkdtempSync(join(tmpdir(), "lakeward-still-"));
  const sockets = new Set<Socket>();
  let isStill = false;
  const server = createServer((client) => {
    const database = createConnection(join(there, SOCKET));
    client.pipe(database);
    database.pipe(client);
    for (const one of [client, database]) {
      sockets.add(one);
      if (isStill) one.pause();
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        client.destroy();
        database.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(join(here, SOCKET), resolve));
  context.after(() => {
    for (const one of sockets) one.destroy();
    server.close();
    rmSync(here, { recursive: true, force: true });
  });
  const db = await openDatabase({ url: url.replace(/@[^:]+:/, `@${encodeURIComponent(here)}:`) });
  const set = (still: boolean): void => {
    isStill = still;
    for (const one of sockets) still ? one.pause() : one.resume();
  };
  return { db, set };
}

const count = async (db: Database): Promise<unknown> =>
  (await sql<{ n: number }>`SELECT count(*)::int AS n FROM kept`.execute(db.on())).rows[0]?.n;

const isAway = (reason: string | undefined) => (thrown: unknown) =>
  thrown instanceof Fault && thrown.code === "TEMPORARILY_UNAVAILABLE" && thrown.options.reason === reason;

test("what waits for a database that stands still is refused, a commit as one that may have been made, and it goes on afterwards", async (context) => {
  await using world = await freshDatabase();
  await sql`CREATE TABLE kept (n integer)`.execute(world.db.on());
  const { db, set } = await stillable(context, world.url);
  while (!(await db.governance.now())) await sleep(5);
  // Connections that stand already: each of the questions below finds one.
  await Promise.all(Array.from({ length: 8 }, () => sql`SELECT pg_sleep(0.2)`.execute(db.on())));
  const stands = Promise.withResolvers<void>();
  const committing = db.run(async (transaction) => {
    await sql`INSERT INTO kept VALUES (1)`.execute(db.on(transaction));
    set(true);
    db.governance.end();
    stands.resolve();
  });
  committing.catch(() => {});
  await stands.promise;
  await Promise.all([
    assert.rejects(committing, isAway("OUTCOME_UNKNOWN"), "a commit"),
    assert.rejects(db.governance.now(), isAway(undefined), "the version of governance"),
    assert.rejects(count(db), isAway(undefined), "a read"),
    assert.rejects(
      db.run((transaction) => sql`INSERT INTO kept VALUES (2)`.execute(db.on(transaction))),
      isAway(undefined),
      "a transaction that was not committed",
    ),
    assert.rejects(sql`INSERT INTO kept VALUES (3)`.execute(db.on()), isAway("OUTCOME_UNKNOWN"), "a change by itself"),
  ]);
  set(false);
  while (!(await db.governance.now().catch(() => undefined))) await sleep(20);
  const before = Number(await count(db));
  await sql`INSERT INTO kept VALUES (4)`.execute(db.on());
  assert.equal(await count(db), before + 1);
  await db.close();
});

test("a question that takes its time is answered while the database answers others", async () => {
  await using world = await freshDatabase();
  const { db } = world;
  while (!(await db.governance.now())) await sleep(5);
  const { rows } = await sql<{ n: number }>`SELECT 1 AS n FROM pg_sleep(6.5)`.execute(db.on());
  assert.equal(rows[0]?.n, 1);
});
