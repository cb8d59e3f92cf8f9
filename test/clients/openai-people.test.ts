import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import type OpenAI from "openai";
import { northeast, type Person, texas } from "../../samples/aviation/organisation/people.ts";
import { ANSWER_ROWS, assertAnswer, QUESTION } from "../sample/answer.ts";
import { topAirports } from "../sample/strikes.ts";
import { type Board, openBoard } from "./openai-board.ts";

const AGENT = "safety-agent";
const TOP_AIRPORTS = "aviation.safety.top_airports";
const policies = join(import.meta.dirname, "../../samples/aviation/organisation/2-policies.sql");

describe("the sample agent behind real identities and real data", () => {
  let board: Board;
  let definition: string;
  const clients = new Map<Person, OpenAI>();

  before(async () => {
    board = await openBoard();
    for (const person of [texas, northeast]) clients.set(person, board.client(await board.tokenOf(person.email)));
    const text = await readFile(policies, "utf8");
    definition = /CREATE OR REPLACE FUNCTION aviation\.safety\.top_airports\([\s\S]*?;$/m.exec(text)![0].slice(0, -1);
  });

  after(() => board[Symbol.asyncDispose]());

  const ask = async (person: Person): Promise<string> => {
    const { output_text } = await clients.get(person)!.responses.create({ model: AGENT, input: QUESTION });
    return output_text;
  };
  const grant = (name: string): Promise<unknown> => board.sql(`GRANT EXECUTE ON FUNCTION ${name} TO \`board-staff\``);

  it("answers twenty interleaved requests of two people by each one's own rows", async () => {
    const people = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? texas : northeast));
    const answers = await Promise.all(
      people.map(async (person, i) => {
        if (i % 4 < 2) return ask(person);
        const stream = clients.get(person)!.responses.stream({ model: AGENT, input: QUESTION });
        return (await stream.finalResponse()).output_text;
      }),
    );
    for (const [i, person] of people.entries()) assertAnswer(answers[i]!, person);
  });

  describe("and a change of the data, of functions or of rights", () => {
    afterEach(async () => {
      await board.sql(definition);
      await grant(TOP_AIRPORTS);
    });

    it("shows in the next answer when a costlier strike is inserted", async () => {
      const [first, ...rest] = topAirports(texas.email, ANSWER_ROWS);
      const cost = 1_234_567;
      await board.sql(
        "INSERT INTO aviation.safety.strikes (airport_name, state, cost_total_usd) VALUES (:airport, :state, CAST(:cost AS BIGINT))",
        { airport: first!.airport, state: texas.states[0]!, cost: String(cost) },
      );
      const now = { ...first!, strikes: first!.strikes + 1, cost_total_usd: first!.cost_total_usd + cost };
      assertAnswer(await ask(texas), texas, [now, ...rest]);
      assertAnswer(await ask(northeast), northeast);
    });

    it("shows in the next answer when the function has another name", async () => {
      const renamed = "aviation.safety.zz_17";
      await board.sql(`DROP FUNCTION ${TOP_AIRPORTS}`);
      await board.sql(definition.replace(TOP_AIRPORTS, renamed));
      await grant(renamed);
      try {
        const response = await clients.get(northeast)!.responses.create({ model: AGENT, input: QUESTION });
        assertAnswer(response.output_text, northeast);
        const calls = response.output.flatMap((item) => (item.type === "function_call" ? [item.name] : []));
        assert.deepEqual(calls, ["aviation__safety__zz_17"]);
      } finally {
        await board.sql(`DROP FUNCTION ${renamed}`);
      }
    });

    it("shows in the next answer when EXECUTE is revoked: no airport is named, and nothing is invented", async () => {
      await board.sql(`REVOKE EXECUTE ON FUNCTION ${TOP_AIRPORTS} FROM \`board-staff\``);
      for (const person of [texas, northeast]) {
        const response = await clients.get(person)!.responses.create({ model: AGENT, input: QUESTION });
        const calls = response.output.flatMap((item) => (item.type === "function_call" ? [item.name] : []));
        assert.ok(!calls.includes("aviation__safety__top_airports"), calls.join());
        for (const { airport } of topAirports(person.email, ANSWER_ROWS))
          assert.ok(!response.output_text.includes(airport), response.output_text);
        assert.doesNotMatch(response.output_text, /\d/);
      }
      await grant(TOP_AIRPORTS);
      assertAnswer(await ask(northeast), northeast);
    });
  });
});
