import { test } from "node:test";
import { playFirstStart, startUndisturbed } from "./first-start.ts";
import { counted } from "./rounds.ts";

test("after kill -9 of server and Postgres in the middle of the sample organisation's load the next start completes it", (context) =>
  counted(context, async (chance, tally) => {
    const work = "first load";
    const undisturbed = await startUndisturbed(work);
    for (let round = 0; round < 2; round += 1)
      await playFirstStart({ victim: "server and Postgres", work }, undisturbed, chance, tally);
  }));
