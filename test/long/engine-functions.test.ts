import { test } from "node:test";
import { policies } from "../attacks/sql/stored/matrix-policies.ts";
import { spy } from "../attacks/sql/stored/spy.ts";
import { sweep } from "../attacks/sql/stored/sweep.ts";

test("functions tell of no hidden value, on three storages: all forms", (context) => sweep(context, 1));

test("no hidden value is handed to code, on three storages: all policies", (context) =>
  spy(context, Object.keys(policies)));
