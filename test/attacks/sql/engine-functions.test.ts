import { test } from "node:test";
import { spy } from "./stored/spy.ts";
import { sweep } from "./stored/sweep.ts";

/** All forms of functions, and all policies, are in test/long. */
const NTH = 15;

test("functions tell of no hidden value, on three storages: some of all forms", (context) => sweep(context, NTH));

test("no hidden value is handed to code, on three storages: some policies", (context) =>
  spy(context, ["exists", "masked"]));
