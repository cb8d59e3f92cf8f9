import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("./", import.meta.url);
const code = readdirSync(folder)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => readFileSync(new URL(file, folder), "utf8").toLowerCase())
  .join("\n");

test("the model's code holds no word of the sample organisation", () => {
  const words =
    "aviation safety ops strike strikes airport airports airport_name airport_codes flight flights flight_date iata species wildlife operator inspector inspectors cost_repair_usd cost_other_usd cost_total_usd top_airports strikes_near texas pittsburgh investigators".split(
      " ",
    );
  for (const word of words) assert.doesNotMatch(code, new RegExp(`\\b${word}\\b`), word);
});

test("the model's code holds no airport's name", () => {
  const csv = new URL("../../../node_modules/vega-datasets/data/airports.csv", import.meta.url);
  const names = readFileSync(csv, "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.split(",")[1]?.trim().toLowerCase() ?? "")
    .filter((name) => /[ /-]/.test(name) && name.length > 7);
  assert.ok(names.length > 1500);
  for (const name of names) assert.ok(!code.includes(name), name);
});
