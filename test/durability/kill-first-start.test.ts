import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { playFirstStart, startUndisturbed, type Trigger } from "./first-start.ts";
import { counted } from "./rounds.ts";

/** The administrator's token is made once: half a file of it would lock everybody out. */
const untilTokenIsThere: Trigger = async (server, { data_dir }) => {
  while (server.isRunning && !existsSync(join(data_dir, "admin-token"))) await turn();
};

test("after kill -9 in the middle of a first start the next start completes it, unattended", (context) =>
  counted(context, async (chance, tally) => {
    const work = "first start";
    const undisturbed = await startUndisturbed(work);
    for (const victim of ["server", "server and Postgres"] as const)
      await playFirstStart({ victim, work }, undisturbed, chance, tally);
    await playFirstStart({ victim: "server", work, until: untilTokenIsThere }, undisturbed, chance, tally);
  }));
