import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import type { Database } from "#db/mod.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { openTableStore } from "#sql/tables/store.ts";
import type { StagedFile, TableStore } from "#sql/tables/table-store.ts";
import { Fault } from "#wire/errors.ts";
import { freshDatabase } from "../world/database.ts";

describe("the table store", () => {
  const data_dir = mkdtempSync(join(tmpdir(), "lakeward-tables-"));
  let fresh: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  let store: TableStore;

  const open = (): Promise<TableStore> =>
    openTableStore({ db, data_dir, clock: systemClock, ids: systemIds, log: silentLog });

  before(async () => {
    fresh = await freshDatabase();
    db = fresh.db;
    store = await open();
  });
  after(async () => {
    await fresh[Symbol.asyncDispose]();
    rmSync(data_dir, { recursive: true, force: true });
  });

  async function staged(table_id: string, rows = 1): Promise<StagedFile> {
    const file = await store.stage(table_id);
    writeFileSync(file, "x".repeat(rows));
    const written = { file, rows };
    await store.sync([written]);
    return written;
  }

  const append = (table_id: string, read_version: number | "any", add: readonly StagedFile[]): Promise<number> =>
    db.run((transaction) => store.commit(transaction, { table_id, read_version, add, by: "someone" }));

  const isConflict = (error: unknown): boolean => error instanceof Fault && error.code === "RESOURCE_CONFLICT";

  it("starts every table at version 0, without files", async () => {
    const table_id = systemIds.uuid();
    assert.deepEqual(await store.current(table_id), { table_id, version: 0, files: [], rows: 0, bytes: 0 });
  });

  it("adds files by versions, each with all files before it, in directories for the server alone", async () => {
    const table_id = systemIds.uuid();
    const first = await staged(table_id, 3);
    assert.deepEqual((await store.current(table_id)).files, []);
    assert.equal(await append(table_id, 0, [first]), 1);
    const second = await staged(table_id, 4);
    assert.equal(await append(table_id, 1, [second]), 2);
    const expected = { table_id, version: 2, files: [first.file, second.file], rows: 7, bytes: 7 };
    assert.deepEqual(await store.current(table_id), expected);
    assert.equal(statSync(dirname(first.file)).mode & 0o777, 0o700);
  });

  it("makes a version of no files", async () => {
    const table_id = systemIds.uuid();
    assert.equal(await append(table_id, 0, []), 1);
    assert.deepEqual(await store.current(table_id), { table_id, version: 1, files: [], rows: 0, bytes: 0 });
  });

  it("refuses a write that read an older version, and leaves the table as it is", async () => {
    const table_id = systemIds.uuid();
    await append(table_id, 0, [await staged(table_id)]);
    const late = await staged(table_id);
    await assert.rejects(append(table_id, 0, [late]), isConflict);
    assert.equal((await store.current(table_id)).version, 1);
    assert.equal(await append(table_id, 1, [late]), 2);
  });

  it("lets one of two writers at once through, and every one of ten blind appends", async () => {
    const table_id = systemIds.uuid();
    const two = await Promise.allSettled([
      append(table_id, 0, [await staged(table_id)]),
      append(table_id, 0, [await staged(table_id)]),
    ]);
    assert.deepEqual(two.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const files = await Promise.all(Array.from({ length: 10 }, () => staged(table_id)));
    const versions = await Promise.all(files.map((file) => append(table_id, "any", [file])));
    assert.deepEqual(
      versions.sort((a, b) => a - b),
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
    assert.equal((await store.current(table_id)).files.length, 11);
  });

  it("shows nothing of a transaction that fails after the commit of its version", async () => {
    const table_id = systemIds.uuid();
    const file = await staged(table_id);
    const failing = db.run(async (transaction) => {
      await store.commit(transaction, { table_id, read_version: 0, add: [file], by: "someone" });
      throw new Error("later step");
    });
    await assert.rejects(failing, /later step/);
    assert.equal((await store.current(table_id)).version, 0);
    assert.equal(await append(table_id, 0, [file]), 1);
  });

  it("refuses a file that was never synced, and one of another table", async () => {
    const table_id = systemIds.uuid();
    const file = await store.stage(table_id);
    writeFileSync(file, "x");
    await assert.rejects(append(table_id, 0, [{ file, rows: 1 }]), /not safe on disk/);
    await assert.rejects(append(systemIds.uuid(), 0, [await staged(table_id)]), /not safe on disk/);
  });

  it("refuses to stage for an id that is no UUID", async () => {
    await assert.rejects(store.stage("../../etc"), /malformed id/);
  });

  it("drops a table with its transaction, its files after it, and refuses writers that began before", async () => {
    const table_id = systemIds.uuid();
    const file = await staged(table_id);
    await append(table_id, 0, [file]);
    const late = await staged(table_id);
    await db.run((transaction) => store.drop(transaction, [table_id]));
    assert.equal((await store.current(table_id)).version, 0);
    await assert.rejects(
      append(table_id, "any", [late]),
      (error) => error instanceof Fault && error.code === "TABLE_DOES_NOT_EXIST",
    );
    await store.removeDropped([table_id]);
    assert.deepEqual([existsSync(file.file), existsSync(late.file)], [false, false]);
  });

  it("removes at start what a crash left and nothing that a version holds", async () => {
    const table_id = systemIds.uuid();
    const held = await staged(table_id);
    await append(table_id, 0, [held]);
    const left = await staged(table_id);
    const elsewhere = await staged(systemIds.uuid());
    store = await open();
    assert.deepEqual(
      [held, left, elsewhere].map(({ file }) => existsSync(file)),
      [true, false, false],
    );
  });

  it("discards staged files of a statement that failed", async () => {
    const file = await staged(systemIds.uuid());
    await store.discard([file.file, `${file.file}x`]);
    assert.equal(existsSync(file.file), false);
  });
});
