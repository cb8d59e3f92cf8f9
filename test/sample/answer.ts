import assert from "node:assert/strict";
import { northeast, type Person, texas } from "../../samples/aviation/organisation/people.ts";
import { type AirportStrikes, topAirports } from "./strikes.ts";

export const QUESTION = "Which airports in my area had the most strikes, and what did they cost?";

/** How many airports an answer names when the question says no number. */
export const ANSWER_ROWS = 3;

/** The agent's lines for these airports as a person gets them: costs for members of finance alone. */
function answerLines(airports: readonly AirportStrikes[], { groups }: Person): readonly string[] {
  return airports.map(({ airport, strikes, cost_total_usd }, i) => {
    const cost = groups.includes("finance") ? `${cost_total_usd.toLocaleString("en-US")} USD` : "withheld";
    return `${i + 1}. ${airport}: ${strikes} strikes, cost total ${cost}`;
  });
}

/** Asserts that an answer to the question is this person's, and names no airport of the other's. */
export function assertAnswer(answer: string, person: Person, airports = topAirports(person.email, ANSWER_ROWS)): void {
  assert.equal(airports.length, ANSWER_ROWS);
  const numbered = answer.split("\n").filter((line) => /^\d+\. /.test(line));
  assert.deepEqual(numbered, answerLines(airports, person), answer);
  const other = person.email === texas.email ? northeast : texas;
  for (const { airport } of topAirports(other.email, ANSWER_ROWS)) assert.ok(!answer.includes(airport), answer);
}
