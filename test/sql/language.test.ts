import { test } from "node:test";
import { fuzz } from "./language/fuzz.ts";

/** A million are in test/long. */
const TEXTS = Number(process.env.FUZZ_TEXTS ?? 12_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

test("any text is a statement that reads back as itself, or is refused, in time", (context) =>
  fuzz(context, TEXTS, SEED));
