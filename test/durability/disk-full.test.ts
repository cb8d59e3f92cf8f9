import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertRecorded, auditSince } from "./audit.ts";
import { acknowledged, Ledger } from "./ledger.ts";
import { isPostmaster, killAll, tree } from "./processes.ts";
import { ServerProcess } from "./server-process.ts";
import { SmallDisk } from "./small-disk.ts";
import { TablesFromQueries } from "./work/ctas.ts";
import { Grants } from "./work/grants.ts";
import { Inserts } from "./work/inserts.ts";
import { Questions } from "./work/questions.ts";
import { Reads } from "./work/reads.ts";
import type { Setting } from "./work/workload.ts";
import { World } from "./world.ts";

/** Postgres needs 60 MB, and is to have room for its log to grow. */
const DISK_MB = 200;
/** Turns of all workers on the full disk: the last page of a file takes some writes still. */
const TURNS = 8;
/** Postgres is started again in steps of up to ten seconds. */
const RECOVERY_MS_MAX = 90_000;

/** A stream whose end could not be recorded is cut off. */
function isCutOff(thrown: unknown): void {
  if (!(thrown instanceof TypeError)) throw thrown;
}

test("on a full disk requests fail clearly, none that was acknowledged is lost, and the server goes on when there is room", async (context) => {
  const disk = await SmallDisk.mount(DISK_MB);
  if (typeof disk === "string") return context.skip(disk);
  const world = await World.make();
  try {
    assert.equal(await world.server.stop(), 0);
    disk.copyFrom(world.place.data_dir);
    const made_in = world.place.data_dir;
    world.place = { ...world.place, data_dir: disk.path, prefix: disk.prefix };
    await world.start();
    const ledger = new Ledger();
    const schema = await world.makeSchema("full");
    const setting: Setting = { writers: [world.admin, world.writer], reader: world.reader, schema, ledger };
    const workloads = [Inserts, TablesFromQueries, Grants, Reads].map((kind) => new kind(setting));
    for (const workload of workloads) await workload.prepare();
    const questions = await Questions.prepare(world.admin);
    const since_ms = Date.now();
    const turn = () =>
      Promise.all([
        ...workloads.flatMap((one) => Array.from({ length: one.workers }, (_, worker) => one.next(worker))),
        ...[0, 1].map((worker) => questions.next(worker).catch(isCutOff)),
      ]);
    const check = async (): Promise<void> => {
      for (const workload of workloads) await workload.check();
      const { acknowledged: answered, refused } = await questions.check();
      context.diagnostic(`${answered} questions answered, each in the inference table; ${refused} refused`);
      assertRecorded(ledger.entries, await auditSince(world.admin, since_ms));
    };
    await turn();
    assert.ok(ledger.entries.every((one) => acknowledged(one) || one.wanted.some(({ effect }) => effect === "deny")));

    disk.fill();
    for (let turns = 0; turns < TURNS; turns += 1) await turn();
    // It cannot be started again either, until there is room.
    killAll(tree(world.server.pid).filter(isPostmaster));
    await turn();
    const refused = ledger.entries.filter(({ answer }) => answer && answer.status !== 200 && answer.status !== 404);
    assert.ok(refused.length > 0, "a full disk is noticed");
    for (const { answer } of refused) {
      assert.equal(answer?.state, "TEMPORARILY_UNAVAILABLE");
      assert.match(answer.message, /disk|database/);
    }
    context.diagnostic(`${refused.length} of ${ledger.entries.length} requests refused on the full disk`);

    disk.free();
    for (const end_ms = Date.now() + RECOVERY_MS_MAX; Date.now() < end_ms; await sleep(200))
      if ((await world.admin.sql("SELECT 1")).state === "SUCCEEDED") break;
    await turn();
    await check();

    disk.fill();
    await turn();
    killAll(tree(world.server.pid));
    await world.server.ended();
    disk.fill();
    // What it clears away first may be room enough; else it says why it cannot start.
    const cramped = new ServerProcess(world.place);
    await cramped.ready().catch((thrown: unknown) => assert.match(String(thrown), /no space|No space/));
    killAll(tree(cramped.pid));
    await cramped.ended();
    disk.free();
    await world.start();
    await check();
    assert.equal(await world.server.stop(), 0);
    world.place = { ...world.place, data_dir: made_in };
  } finally {
    world.dispose();
    disk.dispose();
  }
});
