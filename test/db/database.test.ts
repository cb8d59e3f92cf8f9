import assert from "node:assert/strict";
import test from "node:test";
import { sql } from "kysely";
import { bumpGovernance } from "#db/mod.ts";
import { freshDatabase } from "../world/database.ts";

async function version(db: Awaited<ReturnType<typeof freshDatabase>>["db"]): Promise<string> {
  return (await db.kysely.selectFrom("governance_version").select("version").executeTakeFirstOrThrow()).version;
}

test("a fresh database is migrated, and its governance version counts committed changes only", async () => {
  await using world = await freshDatabase();
  const { db } = world;
  assert.equal(await version(db), "1");
  await db.run(bumpGovernance);
  await assert.rejects(
    db.run(async (transaction) => {
      await bumpGovernance(transaction);
      throw new Error("changed my mind");
    }),
    /changed my mind/,
  );
  assert.equal(await version(db), "2");
});

test("a text that Postgres cannot hold is the sender's fault, not the server's", async () => {
  await using world = await freshDatabase();
  await assert.rejects(sql`SELECT ${"a\0b"}::text`.execute(world.db.kysely), { code: "INVALID_PARAMETER_VALUE" });
  await assert.rejects(
    world.db.run((transaction) => sql`SELECT ${"a\0b"}::text`.execute(world.db.on(transaction))),
    { code: "INVALID_PARAMETER_VALUE" },
  );
});

test("two fresh databases know nothing of each other", async () => {
  await using one = await freshDatabase();
  await using two = await freshDatabase();
  await one.db.run(bumpGovernance);
  assert.deepEqual([await version(one.db), await version(two.db)], ["2", "1"]);
  assert.equal((await sql<{ n: number }>`SELECT 1 AS n`.execute(two.db.on())).rows[0]?.n, 1);
});
