import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { sql } from "kysely";
import { silentLog } from "#base/log.ts";
import type { Database } from "#db/mod.ts";
import { createAudit } from "../../src/audit/mod.ts";
import { freshDatabase } from "../world/database.ts";
import { recordOf } from "./records.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const OTHER = "b7ad6b7169203331b7ad6b7169203331";

function temporaryDirectory(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "lakeward-audit-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function countRecords(db: Database): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM audit_record`.execute(db.kysely);
  return rows[0]?.n ?? -1;
}

test("byTrace tells the records of one trace, those appended just now included, in order of time", async (context) => {
  await using world = await freshDatabase();
  const audit = await createAudit({ db: world.db, log: silentLog, data_dir: temporaryDirectory(context) });
  await audit.sink.append(recordOf(3));
  await audit.sink.append(recordOf(9, { trace_id: OTHER }));
  await audit.sink.append(recordOf(1));
  await audit.sink.append(
    recordOf(2, { effect: "deny", outcome: { status: "error", error_code: "PERMISSION_DENIED" } }),
  );
  assert.deepEqual(await audit.trail.byTrace(TRACE), [
    recordOf(1),
    recordOf(2, { effect: "deny", outcome: { status: "error", error_code: "PERMISSION_DENIED" } }),
    recordOf(3),
  ]);
  await audit.close();
});

test("a record written in a transaction is there only when it commits, and the journal's copy of it adds nothing", async (context) => {
  await using world = await freshDatabase();
  const audit = await createAudit({ db: world.db, log: silentLog, data_dir: temporaryDirectory(context) });
  await assert.rejects(
    world.db.run(async (transaction) => {
      await audit.sink.appendIn(transaction, recordOf(1));
      throw new Error("no");
    }),
    /no/,
  );
  assert.equal(await countRecords(world.db), 0);
  await world.db.run((transaction) => audit.sink.appendIn(transaction, recordOf(2)));
  await audit.sink.append(recordOf(2));
  await audit.shipped();
  assert.equal(await countRecords(world.db), 1);
  await audit.close();
});

test("while the database refuses, appends go on; later everything is shipped once, in order", async (context) => {
  await using world = await freshDatabase();
  const data_dir = temporaryDirectory(context);
  const audit = await createAudit({ db: world.db, log: silentLog, data_dir });
  await audit.sink.append(recordOf(0));
  await audit.shipped();
  await sql`ALTER TABLE audit_record RENAME TO audit_record_away`.execute(world.db.kysely);
  const records = Array.from({ length: 30 }, (_, i) => recordOf(i + 1));
  for (const record of records) await audit.sink.append(record);
  await sql`ALTER TABLE audit_record_away RENAME TO audit_record`.execute(world.db.kysely);
  await audit.shipped();
  assert.deepEqual(await audit.trail.byTrace(TRACE), [recordOf(0), ...records]);
  await audit.close();
});

test("what was not shipped when the server ended is shipped at the next start, and nothing twice", async (context) => {
  await using world = await freshDatabase();
  const data_dir = temporaryDirectory(context);
  const first = await createAudit({ db: world.db, log: silentLog, data_dir });
  await first.sink.append(recordOf(1));
  await first.close();
  assert.equal(await countRecords(world.db), 1);
  // As after a crash between the insert and the memory of it: the position is back at the start.
  await sql`DELETE FROM audit_shipped`.execute(world.db.kysely);
  const second = await createAudit({ db: world.db, log: silentLog, data_dir });
  await second.sink.append(recordOf(1));
  await second.sink.append(recordOf(2));
  await second.shipped();
  assert.equal(await countRecords(world.db), 2);
  await second.close();
  assert.deepEqual(readdirSync(join(data_dir, "journal")).sort(), ["00000001.jsonl", "name"]);
});

test("a name that Postgres cannot hold does not stop the journal", async (context) => {
  await using world = await freshDatabase();
  const audit = await createAudit({ db: world.db, log: silentLog, data_dir: temporaryDirectory(context) });
  await audit.sink.append(recordOf(1, { what: [{ type: "TABLE", name: "a\u0000b\ud800c" }] }));
  await audit.sink.append(recordOf(2));
  const [first, second] = await audit.trail.byTrace(TRACE);
  assert.equal(first?.what[0]?.name, "a\uFFFDb\uFFFDc");
  assert.deepEqual(second, recordOf(2));
  await audit.close();
});
