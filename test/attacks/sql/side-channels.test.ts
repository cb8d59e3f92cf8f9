import { test } from "node:test";
import { prove, sample } from "./stored/matrix.ts";

/** All of them are in test/long. */
const CASES = 90;
const WEIGHED = 40;

test("what fails on hidden rows tells of none, on three storages: a part of the matrix", (context) =>
  prove(context, sample(CASES), sample(WEIGHED)));
