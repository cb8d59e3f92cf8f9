import { test } from "node:test";
import { counted, playRounds } from "./rounds.ts";

const works = ["inserts", "CTAS", "all"] as const;

test("kill -9 of the engine fails a statement clearly or not at all; the server goes on, and nothing is half done", (context) =>
  counted(context, (chance, tally) =>
    playRounds(
      works.map((work) => ({ victim: "engine", work })),
      chance,
      tally,
    ),
  ));
