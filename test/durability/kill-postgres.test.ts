import { test } from "node:test";
import { counted, playRounds } from "./rounds.ts";

const works = ["inserts", "CTAS", "grants", "all"] as const;

test("kill -9 of Postgres alone fails requests clearly or not at all; the server recovers by itself, and nothing is lost", (context) =>
  counted(context, (chance, tally) =>
    playRounds(
      works.map((work) => ({ victim: "Postgres", work })),
      chance,
      tally,
    ),
  ));
