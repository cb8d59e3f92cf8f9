import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isPostmaster, killAll, type RunningProcess, tree } from "./processes.ts";
import { counted } from "./rounds.ts";
import { Questions } from "./work/questions.ts";
import { World } from "./world.ts";

const WORKERS = 6;
const ROUNDS = 4;
const KILL_MS_MAX = 2_500;
const FIRST_ANSWER_LOOK_MS = 20;
/** How long the database is away. */
const AWAY_MS = 30_000;
/** Postgres is started again in steps of up to ten seconds. */
const RECOVERY_MS_MAX = 90_000;

/** Lets workers ask until `until` resolves; a question that gets no answer ends its worker. */
async function asking(questions: Questions, until: () => Promise<void>): Promise<void> {
  let isOver = false;
  const workers = Array.from({ length: WORKERS }, async (_, worker) => {
    while (!isOver) {
      try {
        await questions.next(worker);
      } catch (thrown) {
        if (thrown instanceof TypeError) return;
        throw thrown;
      }
    }
  });
  await until();
  isOver = true;
  await Promise.all(workers);
}

test("after kill -9 under load every question that was answered is in the inference table once", (context) =>
  counted(context, async (chance, tally) => {
    const world = await World.make();
    try {
      const questions = await Questions.prepare(world.admin);
      for (let round = 0; round < ROUNDS; round += 1) {
        const withPostgres = chance.coin();
        await asking(questions, async () => {
          // On a busy machine the first answers take longer than a kill may.
          while (questions.acknowledged === 0) await sleep(FIRST_ANSWER_LOOK_MS);
          await sleep(chance.between(300, KILL_MS_MAX));
          // So that some rows are on their way into the table when the kill comes.
          const reading = world.admin.sql("SELECT count(*) FROM lake.logged.durable_payload").catch(() => undefined);
          await sleep(chance.between(0, 100));
          const all = tree(world.server.pid);
          killAll(withPostgres ? all : all.slice(0, 1));
          await reading;
          await world.server.ended();
        });
        await world.start();
        const found = await questions.check();
        assert.ok(found.acknowledged > 0);
        tally.count(withPostgres ? "kills of server and Postgres" : "kills of the server", 1);
      }
      assert.equal(await world.server.stop(), 0);
      await world.start();
      const { asked, acknowledged, rows } = await questions.check();
      tally.count("questions asked", asked);
      tally.count("answered", acknowledged);
      tally.count("rows", rows);
      assert.equal(await world.server.stop(), 0);
    } finally {
      world.dispose();
    }
  }));

/** Two ways in which a database is away, each ended by what is returned: it says nothing, or it is not there. */
const ways: Readonly<Record<string, (server: number) => () => void>> = {
  "that stands still": (server) => {
    const postgres = postgresOf(server);
    for (const { pid } of postgres) process.kill(pid, "SIGSTOP");
    return () => {
      for (const { pid } of postgres) process.kill(pid, "SIGCONT");
    };
  },
  "that is killed again and again": (server) => {
    killAll(postgresOf(server));
    const timer = setInterval(() => killAll(tree(server).filter(isPostmaster)), 200);
    return () => clearInterval(timer);
  },
};

function postgresOf(server: number): readonly RunningProcess[] {
  const all = tree(server);
  const found = all.filter(isPostmaster).flatMap(({ pid }) => tree(pid, all));
  assert.ok(found.length > 1, "Postgres is among the processes");
  return found;
}

for (const [title, takeAway] of Object.entries(ways))
  test(`a database ${title} for 30 seconds under load loses no question that was answered, and doubles none`, (context) =>
    counted(context, async (_, tally) => {
      const world = await World.make();
      try {
        const questions = await Questions.prepare(world.admin);
        await asking(questions, async () => {
          await sleep(1_000);
          const before = questions.acknowledged;
          const giveBack = takeAway(world.server.pid);
          await sleep(AWAY_MS);
          const during = questions.acknowledged;
          giveBack();
          tally.count("answered while it was away", during - before);
          for (const end_ms = Date.now() + RECOVERY_MS_MAX; questions.acknowledged < during + WORKERS; await sleep(200))
            assert.ok(Date.now() < end_ms, "it goes on");
        });
        const { asked, acknowledged, rows, refused } = await questions.check();
        tally.count("questions asked", asked);
        tally.count("answered", acknowledged);
        tally.count("refused", refused);
        tally.count("rows", rows);
        assert.equal(await world.server.stop(), 0);
      } finally {
        world.dispose();
      }
    }));
