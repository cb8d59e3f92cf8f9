import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { airportsPath, readCsv, strikes } from "./strikes.ts";

const codes = readCsv(join(import.meta.dirname, "../../samples/aviation/organisation/airport-codes.csv"));
const airports = new Map(readCsv(airportsPath).map((row) => [row.iata!, row]));

/** In the strike reports and of no interest to airports.csv: a military field. */
const MISSING = ["BARKSDALE AIR FORCE BASE ARPT"];

/** The reports put Washington's airports into DC, airports.csv into the state they stand in. */
const states: Readonly<Record<string, string>> = {
  Texas: "TX",
  Louisiana: "LA",
  Illinois: "IL",
  California: "CA",
  Tennessee: "TN",
  Pennsylvania: "PA",
  Kentucky: "KY",
  "North Carolina": "NC",
  DC: "VA",
  Oregon: "OR",
  "South Carolina": "SC",
  Utah: "UT",
  Hawaii: "HI",
  "New York": "NY",
  Georgia: "GA",
  "New Jersey": "NJ",
  Maryland: "MD",
  Missouri: "MO",
  Colorado: "CO",
  Florida: "FL",
  Massachusetts: "MA",
  Indiana: "IN",
  Nebraska: "NE",
  Ohio: "OH",
  Arizona: "AZ",
  Minnesota: "MN",
  Washington: "WA",
  Oklahoma: "OK",
  Michigan: "MI",
};

test("every airport of the strike reports has one code, and no two share one", () => {
  const named = new Set(strikes.map((row) => row["Airport Name"]));
  assert.deepEqual(new Set(codes.map((row) => row.airport_name)), named);
  assert.equal(codes.length, 50);
  assert.equal(new Set(codes.map((row) => row.iata)).size, 50);
});

test("every code is an airport in the reports' state, but for those airports.csv does not know", () => {
  const missing: string[] = [];
  for (const { airport_name, iata } of codes) {
    const airport = airports.get(iata!);
    if (!airport) {
      missing.push(airport_name!);
      continue;
    }
    const reported = strikes.find((row) => row["Airport Name"] === airport_name)?.["Origin State"];
    assert.equal(airport.state, states[reported!], `${airport_name} is ${iata}, ${airport.name} in ${airport.state}`);
  }
  assert.deepEqual(missing, MISSING);
});
