import { test } from "node:test";
import { type FirstVictim, playFirstStart, startUndisturbed } from "../durability/first-start.ts";
import { counted } from "../durability/rounds.ts";

const victims: readonly FirstVictim[] = ["server", "server and Postgres", "engine"];
const ROUNDS_EACH = { "first start": 6, "first load": 14 } as const;

for (const work of ["first start", "first load"] as const) {
  const rounds = ROUNDS_EACH[work] * victims.length;
  test(`${rounds} times kill -9 in the middle of a ${work}: the next start completes it, unattended`, (context) =>
    counted(context, async (chance, tally) => {
      const undisturbed = await startUndisturbed(work);
      for (let round = 0; round < ROUNDS_EACH[work]; round += 1)
        for (const victim of victims) await playFirstStart({ victim, work }, undisturbed, chance, tally);
    }));
}
