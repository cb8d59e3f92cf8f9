import { test } from "node:test";
import { conform } from "../attacks/sql/oracle/conform.ts";

const STATEMENTS = 100_000;
const SEED = 100;

test("random statements give what an oracle gives that filters and masks first, 100,000 of them", (context) =>
  conform(context, STATEMENTS, SEED));
