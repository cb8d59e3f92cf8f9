import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { sql } from "kysely";
import { silentLog } from "#base/log.ts";
import type { Database } from "#db/mod.ts";
import type { DecisionRecord, JournalRow, RowTables } from "#kernel/mod.ts";
import { openJournalFiles } from "../../src/audit/files.ts";
import { Journal } from "../../src/audit/journal.ts";
import { createAudit } from "../../src/audit/mod.ts";
import { START } from "../../src/audit/position.ts";
import { freshDatabase } from "../world/database.ts";
import { recordOf } from "./records.ts";

function temporaryDirectory(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "lakeward-rows-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const rowOf = (n: number, table_id = "t"): JournalRow => ({ table_id, types: ["INT"], by: "ada", values: [n] });

/** Tables whose versions are rows of one table of the database, so that a transaction holds them as it holds versions. */
async function landingIn(db: Database) {
  await sql`CREATE TABLE landed (number serial, table_id text, n int)`.execute(db.kysely);
  const staged = new Map<string, readonly JournalRow[]>();
  const tables: RowTables = {
    stage: async (rows) =>
      [...Map.groupBy(rows, ({ table_id }) => table_id)].map(([table_id, own]) => {
        const file = `file ${staged.size}`;
        staged.set(file, own);
        return { table_id, by: own[0]!.by, add: [{ file, rows: own.length }] };
      }),
    commit: async (transaction, all) => {
      for (const { table_id, add } of all)
        for (const { file } of add)
          for (const { values } of staged.get(file)!)
            await sql`INSERT INTO landed (table_id, n) VALUES (${table_id}, ${values[0]})`.execute(db.on(transaction));
    },
  };
  const landed = async (table_id = "t"): Promise<readonly number[]> => {
    const found = await sql<{ n: number }>`SELECT n FROM landed WHERE table_id = ${table_id} ORDER BY number`.execute(
      db.kysely,
    );
    return found.rows.map(({ n }) => n);
  };
  return { tables, landed, files: () => staged.size };
}

/** The database, of which each transaction goes through `around`. */
function through(db: Database, around: (run: () => Promise<unknown>) => Promise<unknown>): Database {
  return new Proxy(db, {
    get: (own, name) => {
      if (name === "run") return (work: Parameters<Database["run"]>[0]) => around(() => own.run(work));
      const value: unknown = Reflect.get(own, name);
      return typeof value === "function" ? value.bind(own) : value;
    },
  });
}

test("rows come into their tables in the order in which they were appended, once somebody asks", async (context) => {
  await using world = await freshDatabase();
  const audit = await createAudit({ db: world.db, log: silentLog, data_dir: temporaryDirectory(context) });
  const { tables, landed, files } = await landingIn(world.db);
  audit.rows.shipTo(tables);
  await Promise.all([1, 2, 3].map((n) => audit.rows.append(rowOf(n))));
  await Promise.all([audit.rows.append(rowOf(7, "other")), audit.sink.append(recordOf(1))]);
  assert.deepEqual(await landed(), [], "they gather while nobody asks");
  await audit.rows.shipped("t");
  assert.deepEqual(await landed(), [1, 2, 3]);
  await audit.rows.shipped("other");
  assert.deepEqual(await landed("other"), [7]);
  await audit.rows.append(rowOf(4));
  await audit.rows.shipped("t");
  await audit.rows.shipped("never written");
  assert.deepEqual(await landed(), [1, 2, 3, 4]);
  assert.equal(files(), 3);
  await audit.close();
});

test("rows that were not shipped before the end are shipped after the next start, and those that were are not again", async (context) => {
  await using world = await freshDatabase();
  const data_dir = temporaryDirectory(context);
  const { tables, landed } = await landingIn(world.db);
  const first = await createAudit({ db: world.db, log: silentLog, data_dir });
  const stop = first.rows.shipTo(tables);
  await first.rows.append(rowOf(1));
  await first.rows.shipped("t");
  await stop();
  await first.rows.append(rowOf(2));
  await first.close();
  assert.deepEqual(await landed(), [1]);
  const second = await createAudit({ db: world.db, log: silentLog, data_dir });
  second.rows.shipTo(tables);
  await second.rows.shipped("t");
  assert.deepEqual(await landed(), [1, 2]);
  await second.close();
});

test("a shipment whose transaction fails is tried again with the files that it has", async (context) => {
  await using world = await freshDatabase();
  const { tables, landed, files } = await landingIn(world.db);
  let failures = 2;
  const db = through(world.db, async (run) => {
    if (failures > 0) throw new Error(`the database is away, ${failures--}`);
    return run();
  });
  const audit = await createAudit({ db, log: silentLog, data_dir: temporaryDirectory(context) });
  audit.rows.shipTo(tables);
  await audit.rows.append(rowOf(1));
  await audit.rows.shipped("t");
  assert.equal(failures, 0);
  assert.deepEqual([await landed(), files()], [[1], 1]);
  await audit.close();
});

test("a shipment that was committed though its answer was lost is not committed again", async (context) => {
  await using world = await freshDatabase();
  const { tables, landed } = await landingIn(world.db);
  let lost = 0;
  const db = through(world.db, async (run) => {
    const done = await run();
    if (lost++ === 0) throw new Error("connection terminated");
    return done;
  });
  const audit = await createAudit({ db, log: silentLog, data_dir: temporaryDirectory(context) });
  audit.rows.shipTo(tables);
  await audit.rows.append(rowOf(1));
  await audit.rows.shipped("t");
  await audit.rows.append(rowOf(2));
  await audit.rows.shipped("t");
  assert.ok(lost > 1);
  assert.deepEqual(await landed(), [1, 2]);
  await audit.close();
});

test("a segment is kept as long as a row of it is in no table, and records are read across rows", async (context) => {
  const directory = temporaryDirectory(context);
  const files = await openJournalFiles(directory);
  const journal = await Journal.open({ files, log: silentLog, segment_bytes_max: 2000 });
  await Promise.all([journal.append(recordOf(0)), journal.appendRow(rowOf(1))]);
  for (let n = 1; n < 40; n += 1) await journal.append(recordOf(n));
  await journal.appendRow(rowOf(2));
  const seen: string[] = [];
  for (let from = START; ; ) {
    const { records, next } = await journal.read(from);
    if (records.length === 0) break;
    seen.push(...records.map((text) => (JSON.parse(text) as DecisionRecord).key.request_id));
    from = next;
    await journal.forget(next);
  }
  assert.equal(seen.length, 40);
  assert.equal((await files.list())[0], 1, "the first segment holds a row");
  const { rows, next, bytes } = await journal.readRows(START);
  assert.deepEqual(
    rows.map(({ values }) => values[0]),
    [1, 2],
  );
  assert.equal(journal.rows.bytes, bytes, "what waits is what was read");
  journal.rows.ship(next, bytes);
  assert.equal(journal.rows.bytes, 0);
  await journal.forget(journal.durable);
  assert.deepEqual(await files.list(), [journal.durable.segment]);
  await journal.close();
});
