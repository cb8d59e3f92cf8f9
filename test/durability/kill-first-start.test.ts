import { test } from "node:test";
import { playFirstStart, startUndisturbed } from "./first-start.ts";
import { counted } from "./rounds.ts";

test("after kill -9 in the middle of a first start the next start completes it, unattended", (context) =>
  counted(context, async (chance, tally) => {
    const undisturbed = await startUndisturbed("first start");
    for (const victim of ["server", "server and Postgres"] as const)
      await playFirstStart({ victim, work: "first start" }, undisturbed, chance, tally);
  }));
