import { test } from "node:test";
import { storm } from "./storm.ts";

const ROUNDS = 4;

test("however providers fail, each question is in the ledger once, counted once, and answered by nothing unguarded", (context) =>
  storm(context, ROUNDS));
