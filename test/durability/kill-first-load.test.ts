import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { administrator, playFirstStart, startUndisturbed, type Trigger } from "./first-start.ts";
import { counted } from "./rounds.ts";

/** From here on the loader, which is no inspector, sees none of the rows that it loaded. */
const untilRowsAreHidden: Trigger = async (server, place) => {
  for (; server.isRunning; await sleep(5)) {
    const admin = await administrator(place).catch(() => undefined);
    const strikes = await admin?.request("GET", "/api/2.1/unity-catalog/tables/aviation.safety.strikes");
    if (strikes?.body.row_filter) return;
  }
};

test("after kill -9 in the middle of the sample organisation's load the next start completes it, unattended", (context) =>
  counted(context, async (chance, tally) => {
    const work = "first load";
    const undisturbed = await startUndisturbed(work);
    for (const victim of ["server", "engine", "server and Postgres"] as const)
      await playFirstStart({ victim, work }, undisturbed, chance, tally);
    await playFirstStart({ victim: "server", work, until: untilRowsAreHidden }, undisturbed, chance, tally);
  }));
