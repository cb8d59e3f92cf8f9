import { test } from "node:test";
import { counted, playRounds } from "./rounds.ts";

const works = ["inserts", "CTAS", "grants", "all", "all"] as const;

test("after kill -9 of server and Postgres all that was acknowledged is there, nothing half done, every decision on record", (context) =>
  counted(context, (chance, tally) =>
    playRounds(
      works.map((work) => ({ victim: "server and Postgres", work })),
      chance,
      tally,
    ),
  ));
