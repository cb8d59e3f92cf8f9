import { test } from "node:test";
import { fuzz } from "../sql/language/fuzz.ts";

const TEXTS = 1_000_000;
const SEED = 1_000;

test("any text is a statement that reads back as itself, or is refused, in time: a million texts", (context) =>
  fuzz(context, TEXTS, SEED));
