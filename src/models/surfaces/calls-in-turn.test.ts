import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { wholeAnswer } from "../answer.ts";
import type { AnswerEvent } from "../events.ts";
import { callsInTurn } from "./calls-in-turn.ts";
import { surfaces } from "./mod.ts";

async function* stream(events: Iterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
  yield* events;
}

const opened = (call: number): AnswerEvent => ({ type: "tool_call", choice: 0, call, id: `c${call}`, name: "look" });
const said = (call: number, text: string): AnswerEvent => ({ type: "tool_arguments", choice: 0, call, text });
const text = (words: string): AnswerEvent => ({ type: "text", choice: 0, text: words });
const finish: AnswerEvent = { type: "finish", choice: 0, reason: "tool_calls" };

/** Arguments that are JSON, blank, or cut short, in small pieces. */
const argumentTexts = fc.oneof(
  fc.record({ at: fc.string({ maxLength: 8 }) }).map((one) => JSON.stringify(one)),
  fc.constant(""),
  fc.constant('{"at":"the har'),
);

/** Calls whose pieces come in any order that keeps each call's own. */
const mixed = fc.array(argumentTexts, { minLength: 1, maxLength: 4 }).chain((calls) => {
  const queues = calls.map((json, call) => [
    opened(call),
    ...(json.match(/.{1,3}/gs) ?? []).map((one) => said(call, one)),
  ]);
  const places = queues.flatMap((queue, call) => queue.map(() => call));
  return fc.shuffledSubarray(places, { minLength: places.length }).map((order) => {
    const left = queues.map((queue) => queue.values());
    return order.map((call) => left[call]!.next().value!);
  });
});

test("calls whose pieces are mixed leave one after the other, and say what they said", async () => {
  await fc.assert(
    fc.asyncProperty(mixed, async (events) => {
      // A call whose arguments were whole has no more of them: what a server adds then is no order of pieces that this is about.
      const left = await Array.fromAsync(callsInTurn(stream([...events, finish])));
      assert.deepEqual(await wholeAnswer(stream(left)), await wholeAnswer(stream([...events, finish])));
      const calls = left.flatMap((event) => ("call" in event ? [event.call] : []));
      const turns = calls.filter((call, place) => call !== calls[place - 1]);
      assert.equal(turns.length, new Set(turns).size, "no call is gone back to");
    }),
    { numRuns: 500 },
  );
});

test("what comes in turn leaves at once, in the order in which it came", async () => {
  const events = [
    text("I look. "),
    opened(0),
    said(0, '{"a"'),
    said(0, ":1}"),
    text("And "),
    opened(1),
    said(1, "{}"),
    finish,
  ];
  const gone: AnswerEvent[] = [];
  const asked: AnswerEvent[] = [];
  async function* watched(): AsyncGenerator<AnswerEvent> {
    for (const event of events) {
      assert.deepEqual(gone, asked, "nothing waits");
      asked.push(event);
      yield event;
    }
  }
  for await (const event of callsInTurn(watched())) gone.push(event);
  assert.deepEqual(gone, events);
});

for (const protocol of ["responses", "messages"] as const)
  test(`${protocol} tells of calls whose arguments a server mixes`, async () => {
    const events = [opened(0), opened(1), said(0, '{"a":'), said(1, '{"b":'), said(0, "1}"), said(1, "2}"), finish];
    const input =
      protocol === "responses" ? { input: "x" } : { messages: [{ role: "user", content: "x" }], max_tokens: 9 };
    const body = { ...input, stream: true };
    const surface = surfaces[protocol];
    const frame = { id: "1", model: "m", created: 1, request: surface.read(body), body };
    const told = (await Array.fromAsync(surface.stream(stream(events), frame))).join("");
    assert.doesNotMatch(told, /mixed|"type":"error"/);
    for (const json of ['{\\"a\\":1}', '{\\"b\\":2}']) assert.ok(told.includes(json), told);
  });
