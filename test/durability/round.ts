import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ENGINE_PROCESSES } from "../../src/sql/engines/limits.ts";
import { assertRecorded, auditSince } from "./audit.ts";
import { acknowledged, Ledger, type Sent, unavailable, unknown } from "./ledger.ts";
import { isEngine, isPostmaster, killAll, type RunningProcess, stillRunning, tree } from "./processes.ts";
import type { Chance } from "./seed.ts";
import type { Tally } from "./tally.ts";
import { TablesFromQueries } from "./work/ctas.ts";
import { Grants } from "./work/grants.ts";
import { Inserts } from "./work/inserts.ts";
import { Reads } from "./work/reads.ts";
import type { Found, Setting, Workload } from "./work/workload.ts";
import type { World } from "./world.ts";

export type Victim = "server" | "engine" | "server and Postgres" | "Postgres";

/** Victims without which the server goes on. */
const bearable: ReadonlySet<Victim> = new Set(["engine", "Postgres"]);
export type Work = "inserts" | "CTAS" | "grants" | "all";

/** What a round's workers do, beside the reads that are always among it. */
const works: Readonly<Record<Work, readonly (new (setting: Setting) => Workload)[]>> = {
  inserts: [Inserts],
  CTAS: [TablesFromQueries],
  grants: [Grants],
  all: [Inserts, TablesFromQueries, Grants],
};

/** What a request may be told when a part of the server was killed under it: each says what to do. */
const clear: ReadonlySet<string> = new Set(["TEMPORARILY_UNAVAILABLE", "OUTCOME_UNKNOWN", "INSUFFICIENT_MEMORY"]);

/** Answers after which the kill comes, in rounds that kill right after one was read. */
const ANSWERS_MAX = 40;
/** Time after which it comes, in the others. */
const KILL_MS_MAX = 1_500;
/** Answers that the server gives after its engine was killed. */
const ANSWERS_AFTER = 25;
/** An engine process or Postgres starts in a second; on a busy machine many times that. */
const WHOLE_AGAIN_MS_MAX = 60_000;

/** A round that was played, so that it can be looked at again later. */
export interface Played {
  readonly title: string;
  readonly workloads: readonly Workload[];
  readonly found: readonly Found[];
}

/** Lets workers work, kills, starts again unless only the engine was killed, and checks all that was told and all that is there. */
export async function playRound(
  world: World,
  round: { readonly number: number; readonly victim: Victim; readonly work: Work; readonly files_before: number },
  chance: Chance,
  tally: Tally,
): Promise<Played> {
  const { victim, work } = round;
  const ledger = new Ledger();
  const schema = await world.makeSchema(`round_${round.number}`);
  const setting: Setting = { writers: [world.admin, world.writer], reader: world.reader, schema, ledger };
  const workloads = [...works[work], Reads].map((kind) => new kind(setting));
  for (const workload of workloads) await workload.prepare();
  const moment: Moment =
    chance.between(1, 3) === 1
      ? { after_ms: chance.between(0, KILL_MS_MAX) }
      : { answers: chance.between(1, ANSWERS_MAX) };
  const title = `round ${round.number}, ${victim} during ${work}, ${JSON.stringify(moment)}`;
  const before = tree(world.server.pid);
  const since_ms = Date.now();
  const goesOn = bearable.has(victim);
  await workUntilKilled(workloads, ledger, moment, goesOn, killer(victim, before, chance));
  if (goesOn) await wholeAgain(world.server.pid);
  else {
    await world.server.ended();
    tally.count("processes that outlived a kill, gone at the next start", stillRunning(before).length);
    if (chance.coin()) {
      await world.startAndKill(chance);
      tally.count("starts after a kill that were killed too", 1);
    }
    await world.start();
    assert.deepEqual(stillRunning(before), [], `${title}: nothing of the former server runs beside the new one`);
  }
  const found: Found[] = [];
  for (const workload of workloads) found.push(await workload.check());
  const audit = await auditSince(world.admin, since_ms);
  tally.count("audit records checked", assertRecorded(ledger.entries, audit));
  for (const [i, workload] of workloads.entries()) {
    const records = audit.filter((row) => row.result === "ok" && workload.records(row));
    const { effects = 0, unsure = 0 } = found[i] ?? {};
    const isRight = records.length >= effects && records.length <= effects + unsure;
    assert.ok(
      isRight,
      `${title}: ${effects} effects of ${workload.name} and ${unsure} unsure have ${records.length} records`,
    );
  }
  const files = sum(found.map((one) => one.files));
  const spare = world.tableFiles() - round.files_before - files;
  // A file of an unknown outcome stays until the next start, which looks.
  const spare_max = goesOn ? world.spare_files + ledger.entries.filter(unknown).length : 0;
  assert.ok(spare >= 0 && spare <= spare_max, `${title}: ${spare} table files beside those of versions`);
  world.spare_files = spare;
  tally.count(`rounds: ${victim}`, 1);
  tally.count(`rounds during ${work}`, 1);
  tally.count("requests sent", ledger.entries.length);
  tally.count("requests answered", ledger.answers);
  tally.count("effects found", sum(found.map(({ effects }) => effects)));
  tally.count("effects nobody was told of, each whole", sum(found.map(({ unacknowledged }) => unacknowledged)));
  for (const { text, answer } of ledger.entries.filter(failed)) {
    assert.ok(
      clear.has(answer?.reason || (answer?.state ?? "")),
      `${title}: ${text}: ${answer?.state} ${answer?.message}`,
    );
    tally.count(`answered ${answer?.state}: ${answer?.message}`, 1);
  }
  return { title, workloads, found };
}

type Moment = { readonly answers: number } | { readonly after_ms: number };

/** What ends the victim, at once. The machine's list of processes is read before, but for engines, which come and go. */
function killer(victim: Victim, before: readonly RunningProcess[], chance: Chance): () => void {
  const [server] = before;
  if (!server) throw new Error("The server is not among the processes.");
  if (victim === "server") return () => killAll([server]);
  if (victim === "engine") {
    const isOne = chance.coin();
    return () =>
      killAll(
        tree(server.pid)
          .filter(isEngine)
          .slice(0, isOne ? 1 : undefined),
      );
  }
  const postgres = before.filter(isPostmaster).flatMap(({ pid }) => tree(pid, before));
  assert.ok(postgres.length > 1, "Postgres is among the processes");
  return () => killAll(victim === "Postgres" ? postgres : [server, ...postgres]);
}

/** Resolves when no worker works any more: after the kill, or where the server goes on, some answers later. */
async function workUntilKilled(
  workloads: readonly Workload[],
  ledger: Ledger,
  moment: Moment,
  goesOn: boolean,
  kill: () => void,
): Promise<void> {
  let ends_at = Number.POSITIVE_INFINITY;
  const strike = (): void => {
    if (ends_at !== Number.POSITIVE_INFINITY) return;
    kill();
    ends_at = goesOn ? ledger.answers + ANSWERS_AFTER : 0;
  };
  ledger.onAnswer = (answers) => {
    if ("answers" in moment && answers >= moment.answers) strike();
  };
  const work = async (workload: Workload, worker: number): Promise<void> => {
    while (ledger.answers < ends_at) {
      try {
        await workload.next(worker);
      } catch (thrown) {
        // No answer: it was killed. Before that, or where the server goes on, every request has one.
        if (thrown instanceof TypeError && ends_at === 0) return;
        throw thrown;
      }
    }
  };
  const workers = workloads.flatMap((workload) =>
    Array.from({ length: workload.workers }, (_, worker) => work(workload, worker)),
  );
  if ("after_ms" in moment) {
    await sleep(moment.after_ms);
    strike();
  }
  await Promise.all(workers);
}

/** The server has its Postgres and as many engine processes as ever. */
async function wholeAgain(server: number): Promise<void> {
  for (const end_ms = Date.now() + WHOLE_AGAIN_MS_MAX; ; await sleep(100)) {
    const own = tree(server);
    const found = { engines: own.filter(isEngine).length, postgres: own.filter(isPostmaster).length };
    if (found.engines === ENGINE_PROCESSES && found.postgres === 1) return;
    if (Date.now() > end_ms) assert.deepEqual(found, { engines: ENGINE_PROCESSES, postgres: 1 });
  }
}

/** Answered with an error that is no denial. */
const failed = (sent: Sent): boolean =>
  sent.answer !== undefined &&
  !acknowledged(sent) &&
  (unavailable(sent) || sent.wanted.every(({ effect }) => effect === "permit"));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
