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
/** DESIGN: what comes later than this after the database went is refused. */
const REFUSED_AFTER_MS = 5_000;
/** Postgres takes longer than this to take connections after it was killed. */
const KILL_AGAIN_MS = 50;
/** Of what a server said, as much as tells why it did not go on. */
const SAID_CHARACTERS = 6_000;
/** Postgres is started again in steps of up to ten seconds. */
const RECOVERY_MS_MAX = 90_000;

/**
 * Lets workers ask until `until` resolves. Where the server is killed, a question that gets no answer ends its worker; where it runs on,
 * every question gets one.
 */
async function asking(questions: Questions, isServerKilled: boolean, until: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const ask = async (worker: number): Promise<void> => {
    while (!over.signal.aborted) {
      try {
        await questions.next(worker);
      } catch (thrown) {
        if (isServerKilled && thrown instanceof TypeError) return;
        throw thrown;
      }
    }
  };
  const workers = Array.from({ length: WORKERS }, (_, worker) => ask(worker));
  await Promise.all([until().finally(() => over.abort()), ...workers]);
}

test("after kill -9 under load every question that was answered is in the inference table and in the ledger once", (context) =>
  counted(context, async (chance, tally) => {
    const world = await World.make();
    try {
      const questions = await Questions.prepare(world.admin);
      for (let round = 0; round < ROUNDS; round += 1) {
        const withPostgres = chance.coin();
        await asking(questions, true, async () => {
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
      const { asked, acknowledged, rows, ledger } = await questions.check();
      tally.count("questions asked", asked);
      tally.count("answered", acknowledged);
      tally.count("rows in the inference table", rows);
      tally.count("rows in the ledger", ledger);
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
  "that is killed each time it is started": (server) => {
    killAll(postgresOf(server));
    const timer = setInterval(() => killAll(tree(server).filter(isPostmaster)), KILL_AGAIN_MS);
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
  test(`a database ${title} for 30 seconds under load loses no question that was answered, doubles none, and has none answered that come later than 5 seconds after it went`, (context) =>
    counted(context, async (_, tally) => {
      const world = await World.make();
      try {
        const questions = await Questions.prepare(world.admin);
        await asking(questions, false, async () => {
          await sleep(1_000);
          const before = questions.acknowledged;
          const giveBack = takeAway(world.server.pid);
          await sleep(REFUSED_AFTER_MS);
          const from = questions.asked;
          const stale = questions.acknowledged;
          tally.count("answered in the first 5 seconds in which it was away", stale - before);
          await sleep(AWAY_MS - REFUSED_AFTER_MS);
          tally.count("refused after them", questions.outcomes(from).refused);
          assert.ok(questions.outcomes(from).refused > 0, "what comes is refused while the database is away");
          assert.equal(questions.outcomes(from).answered, 0, "what comes while the database is away is not answered");
          const given_ms = Date.now();
          giveBack();
          while (questions.outcomes(from).answered < WORKERS) {
            assert.ok(Date.now() < given_ms + RECOVERY_MS_MAX, "it goes on");
            await sleep(200);
          }
          tally.count("milliseconds until it went on", Date.now() - given_ms);
        });
        const { asked, acknowledged, rows, ledger, refused } = await questions.check();
        tally.count("questions asked", asked);
        tally.count("answered", acknowledged);
        tally.count("refused", refused);
        tally.count("rows in the inference table", rows);
        tally.count("rows in the ledger", ledger);
        assert.equal(await world.server.stop(), 0);
      } catch (cause) {
        throw new Error(`${String(cause)}\nThe server said:\n${world.server.said.slice(-SAID_CHARACTERS)}`, { cause });
      } finally {
        world.dispose();
      }
    }));
