import assert from "node:assert/strict";
import { test } from "node:test";
import { cases, prove, sample } from "../attacks/sql/stored/matrix.ts";

const CASES_MIN = 12_000;
const WEIGHED = 1_000;

test("what fails on hidden rows tells of none, on three storages: the whole matrix", (context) => {
  assert.ok(cases.length >= CASES_MIN);
  return prove(context, cases, sample(WEIGHED));
});
