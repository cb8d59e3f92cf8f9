import { test } from "node:test";
import type { Victim, Work } from "../durability/round.ts";
import { counted, playRounds } from "../durability/rounds.ts";

const victims: readonly Victim[] = ["server", "engine", "server and Postgres", "Postgres"];
const works: readonly Work[] = ["inserts", "CTAS", "grants", "all", "all"];
/** Each has a workspace of its own, so that its audit table stays short enough to be read after every round. */
const SERIES = 7;

const kinds = works.flatMap((work) => victims.map((victim) => ({ victim, work })));

test(`${SERIES * kinds.length} times kill -9 in the middle of statements: all that was acknowledged is there, nothing half done`, (context) =>
  counted(context, async (chance, tally) => {
    for (let series = 0; series < SERIES; series += 1) await playRounds(kinds, chance, tally);
  }));
