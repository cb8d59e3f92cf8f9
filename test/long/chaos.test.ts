import { test } from "node:test";
import { killReplica } from "../durability/replica.ts";
import { counted } from "../durability/rounds.ts";
import { storm } from "../gateway/chaos/storm.ts";

const STORM_ROUNDS = 60;
const REPLICA_KILLS = 10;

test("a long storm of failing providers loses no row, counts nothing twice and lets nothing out unguarded", (context) =>
  storm(context, STORM_ROUNDS));

test("one of two servers is killed under load, over and over", (context) =>
  counted(context, async (chance, tally) => {
    for (let kill = 0; kill < REPLICA_KILLS; kill += 1) await killReplica(chance, tally);
  }));
