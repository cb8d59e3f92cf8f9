import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Played, playRound, type Victim, type Work } from "./round.ts";
import { Chance } from "./seed.ts";
import { Tally } from "./tally.ts";
import { World } from "./world.ts";

export interface Kind {
  readonly victim: Victim;
  readonly work: Work;
}

/** Of what a server said, as much as tells why it ended. */
const SAID_CHARACTERS = 6_000;

/** Runs `play` with chances that can be had again by the seed printed, and prints what it counted, also when it fails. */
export async function counted(
  context: TestContext,
  play: (chance: Chance, tally: Tally) => Promise<void>,
): Promise<void> {
  const chance = new Chance();
  const tally = new Tally();
  context.diagnostic(`LAKEWARD_SEED=${chance.seed}`);
  try {
    await play(chance, tally);
  } finally {
    for (const line of tally.lines()) context.diagnostic(line);
  }
}

/** Rounds on one workspace, one after the other; in the end all of them are looked at once more, after an orderly stop. */
export async function playRounds(kinds: readonly Kind[], chance: Chance, tally: Tally): Promise<void> {
  const world = await World.make();
  try {
    const played: Played[] = [];
    const files = (): number => played.flatMap(({ found }) => found).reduce((sum, one) => sum + one.files, 0);
    for (const [number, kind] of kinds.entries())
      played.push(await playRound(world, { ...kind, number, files_before: files() }, chance, tally));
    assert.equal(await world.server.stop(), 0);
    await world.start();
    assert.equal(world.tableFiles(), files(), "after a start there are no table files but those of versions");
    for (const { title, workloads, found } of played)
      for (const [i, workload] of workloads.entries())
        assert.deepEqual(await workload.check(), found[i], `${title}: the same is there at the end`);
    assert.equal(await world.server.stop(), 0);
  } catch (cause) {
    const { server } = world;
    const state = server.isRunning ? "runs" : "has ended";
    throw new Error(`${String(cause)}\nThe server ${state}; it said:\n${server.said.slice(-SAID_CHARACTERS)}`, {
      cause,
    });
  } finally {
    world.dispose();
  }
}
