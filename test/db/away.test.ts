import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { sql } from "kysely";
import { type Database, openDatabase } from "#db/mod.ts";
import { Fault } from "#wire/errors.ts";
import { freshDatabase } from "../world/database.ts";

const SOCKET = ".s.PGSQL.5432";

/** A way to the database that breaks where told: when a text is sent, or when the answer to it comes back. */
async function breakable(context: TestContext, url: string) {
  const fault: { text?: string; when?: "sent" | "answered" } = {};
  const there = decodeURIComponent(/@([^:]+):/.exec(url)?.[1] ?? "");
  const here = mkdtempSync(join(tmpdir(), "lakeward-away-"));
  const server = createServer((client) => {
    const database: Socket = createConnection(join(there, SOCKET));
    let isLast = false;
    const cut = (): void => {
      client.destroy();
      database.destroy();
    };
    client.on("data", (bytes) => {
      isLast ||= fault.text !== undefined && bytes.includes(fault.text);
      if (isLast && fault.when === "sent") cut();
      else database.write(bytes);
    });
    database.on("data", (bytes) => (isLast ? cut() : client.write(bytes)));
    for (const one of [client, database]) one.on("error", () => {}).on("close", cut);
  });
  await new Promise<void>((resolve) => server.listen(join(here, SOCKET), resolve));
  context.after(() => {
    server.close();
    rmSync(here, { recursive: true, force: true });
  });
  const db = await openDatabase({ url: url.replace(/@[^:]+:/, `@${encodeURIComponent(here)}:`) });
  return { db, fault };
}

/** The statement and the end of its message: "read committed" is another one. */
const COMMIT = "commit\u0000";

const put = (db: Database) => db.run((transaction) => sql`INSERT INTO kept VALUES (1)`.execute(db.on(transaction)));

async function kept(db: Database): Promise<unknown> {
  return (await sql<{ n: number }>`SELECT count(*)::int AS n FROM kept`.execute(db.on())).rows[0]?.n;
}

const isAway = (reason: string | undefined) => (thrown: unknown) =>
  thrown instanceof Fault && thrown.code === "TEMPORARILY_UNAVAILABLE" && thrown.options.reason === reason;

test("a transaction whose connection breaks is known not to be done until it is committed, and from there on unknown", async (context) => {
  await using world = await freshDatabase();
  await sql`CREATE TABLE kept (n integer)`.execute(world.db.on());
  const { db, fault } = await breakable(context, world.url);
  for (const [text, when, reason, rows] of [
    ["INSERT INTO kept", "sent", undefined, 0],
    ["INSERT INTO kept", "answered", undefined, 0],
    [COMMIT, "sent", "OUTCOME_UNKNOWN", 0],
    [COMMIT, "answered", "OUTCOME_UNKNOWN", 1],
  ] as const) {
    Object.assign(fault, { text, when });
    await assert.rejects(put(db), isAway(reason), `${text} ${when}`);
    assert.equal(await kept(world.db), rows, `${text} ${when}`);
  }
  Object.assign(fault, { text: "kept VALUES", when: "answered" });
  await assert.rejects(sql`INSERT INTO kept VALUES (2)`.execute(db.on()), isAway("OUTCOME_UNKNOWN"));
  Object.assign(fault, { text: "SELECT count", when: "answered" });
  await assert.rejects(kept(db), isAway(undefined));
  Object.assign(fault, { text: undefined });
  await put(db);
  assert.equal(await kept(db), 3);
  await db.close();
});
