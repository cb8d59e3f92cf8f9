import { test } from "node:test";
import { conform } from "./oracle/conform.ts";

/** A hundred times as many are in test/long. */
const STATEMENTS = Number(process.env.ORACLE_STATEMENTS ?? 1_000);
const SEED = Number(process.env.ORACLE_SEED ?? 1);

test("random statements give what an oracle gives that filters and masks first", (context) =>
  conform(context, STATEMENTS, SEED));
