import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { silentLog } from "#base/log.ts";
import type { DecisionRecord } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { type JournalFiles, openJournalFiles, type SegmentFile } from "../../src/audit/files.ts";
import { Journal } from "../../src/audit/journal.ts";
import { type Position, START } from "../../src/audit/position.ts";
import { recordOf } from "./records.ts";

function temporaryDirectory(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "lakeward-journal-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function readAll(journal: Journal): Promise<DecisionRecord[]> {
  const all: DecisionRecord[] = [];
  for (let from: Position = START; ; ) {
    const { records, next } = await journal.read(from);
    if (records.length === 0) return all;
    all.push(...records.map((text) => JSON.parse(text) as DecisionRecord));
    from = next;
  }
}

/** The real files, with every write counted, and refused while `fault` is set. */
async function watchedFiles(directory: string) {
  const files = await openJournalFiles(directory);
  const seen = { writes: 0, fault: undefined as string | undefined, half: false };
  const watch = (file: SegmentFile): SegmentFile => ({
    ...file,
    write: async (bytes, at) => {
      seen.writes += 1;
      if (seen.fault === undefined) return file.write(bytes, at);
      if (seen.half) await file.write(bytes.subarray(0, bytes.length / 2), at);
      throw Object.assign(new Error(`${seen.fault}: no space left on device`), { code: seen.fault });
    },
  });
  const watched: JournalFiles = { ...files, open: async (segment) => watch(await files.open(segment)) };
  return { files: watched, seen };
}

const isUnavailable = (error: unknown): boolean => error instanceof Fault && error.code === "TEMPORARILY_UNAVAILABLE";

test("appends made together share a write, and come back in the order they were made", async (context) => {
  const { files, seen } = await watchedFiles(temporaryDirectory(context));
  const journal = await Journal.open({ files, log: silentLog });
  seen.writes = 0;
  const records = Array.from({ length: 500 }, (_, i) => recordOf(i));
  await Promise.all(records.map((record) => journal.append(record)));
  assert.ok(seen.writes <= 2, `${seen.writes} writes for 500 appends`);
  assert.deepEqual(await readAll(journal), records);
  await journal.close();
});

test("an appended record is on disk when its append resolves, readable by the owner alone", async (context) => {
  const directory = temporaryDirectory(context);
  const journal = await Journal.open({ files: await openJournalFiles(directory), log: silentLog });
  await journal.append(recordOf(7));
  const file = join(directory, "00000001.jsonl");
  assert.match(readFileSync(file, "utf8"), /request-7/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await journal.close();
});

test("a record whose key is there changes nothing, also after the journal was opened again", async (context) => {
  const directory = temporaryDirectory(context);
  const open = async () => Journal.open({ files: await openJournalFiles(directory), log: silentLog });
  const first = await open();
  await Promise.all([first.append(recordOf(1)), first.append(recordOf(1))]);
  await first.append(recordOf(1));
  await first.close();
  const second = await open();
  await second.append(recordOf(1));
  await second.append(recordOf(1, { key: { ...recordOf(1).key, phase: "opening" } }));
  assert.deepEqual(
    (await readAll(second)).map((record) => record.key.phase),
    ["closing", "opening"],
  );
  await second.close();
});

test("a torn last line is cut when the journal opens, and appends go on behind the intact ones", async (context) => {
  const directory = temporaryDirectory(context);
  const open = async () => Journal.open({ files: await openJournalFiles(directory), log: silentLog });
  const first = await open();
  await first.append(recordOf(1));
  await first.append(recordOf(2));
  await first.close();
  const file = join(directory, "00000001.jsonl");
  const intact = readFileSync(file);
  for (const torn of [intact.subarray(0, 40), Buffer.from("deadbeef {}\n"), Buffer.alloc(200)]) {
    appendFileSync(file, torn);
    const again = await open();
    assert.deepEqual(await readAll(again), [recordOf(1), recordOf(2)]);
    await again.close();
    assert.deepEqual(readFileSync(file), intact);
  }
  const last = await open();
  await last.append(recordOf(3));
  assert.deepEqual(await readAll(last), [recordOf(1), recordOf(2), recordOf(3)]);
  await last.close();
});

test("on a full disk nothing is acknowledged, and once there is room the journal goes on without a trace of it", async (context) => {
  const directory = temporaryDirectory(context);
  const { files, seen } = await watchedFiles(directory);
  const journal = await Journal.open({ files, log: silentLog });
  await journal.append(recordOf(1));
  seen.fault = "ENOSPC";
  seen.half = true;
  const refused = await Promise.allSettled([journal.append(recordOf(2)), journal.append(recordOf(3))]);
  assert.deepEqual(
    refused.map((each) => each.status === "rejected" && isUnavailable(each.reason)),
    [true, true],
  );
  await assert.rejects(journal.append(recordOf(4)), isUnavailable);
  assert.deepEqual(await readAll(journal), [recordOf(1)]);
  seen.fault = undefined;
  await journal.append(recordOf(2));
  assert.deepEqual(await readAll(journal), [recordOf(1), recordOf(2)]);
  await journal.close();
  const again = await Journal.open({ files: await openJournalFiles(directory), log: silentLog });
  assert.deepEqual(await readAll(again), [recordOf(1), recordOf(2)]);
  await again.close();
});

test("segments are closed by size, read across, and removed once they are shipped", async (context) => {
  const directory = temporaryDirectory(context);
  const files = await openJournalFiles(directory);
  const journal = await Journal.open({ files, log: silentLog, segment_bytes_max: 2000 });
  const records = Array.from({ length: 20 }, (_, i) => recordOf(i));
  for (const record of records) await journal.append(record);
  assert.ok((await files.list()).length > 2);
  assert.deepEqual(await readAll(journal), records);
  await journal.close();
  const again = await Journal.open({ files, log: silentLog });
  assert.deepEqual(await readAll(again), records, "from the disk as from memory");
  await again.append(recordOf(20));
  assert.deepEqual(await readAll(again), [...records, recordOf(20)], "from both");
  await again.forget(again.durable);
  assert.deepEqual(await files.list(), [again.durable.segment]);
  await again.close();
});

test("whatever is acknowledged before a kill -9 is there after it", async (context) => {
  for (let round = 0; round < 5; round += 1) {
    const directory = temporaryDirectory(context);
    const child = spawn(process.execPath, [join(import.meta.dirname, "append-child.ts"), directory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    const gone = new Promise((resolve) => child.once("close", resolve));
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.split("\n").length > 40 + 60 * round) child.kill("SIGKILL");
    });
    await gone;
    const acknowledged = said.split("\n").slice(0, -1);
    const journal = await Journal.open({ files: await openJournalFiles(directory), log: silentLog });
    const present = new Set((await readAll(journal)).map((record) => record.key.request_id));
    assert.ok(acknowledged.length >= 40);
    assert.deepEqual(
      acknowledged.filter((id) => !present.has(id)),
      [],
    );
    await journal.close();
  }
});
