import assert from "node:assert/strict";
import test from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type AnswerEvent, type SurfaceName, surfaces, wholeAnswer } from "#models/mod.ts";
import { guardInput } from "../../../src/gateway/guardrails/mod.ts";
import { guarded, interleaved, stream } from "./answers.ts";

const PLANTED = "ann@acme.com";
const MASK = { pii: { behavior: "MASK" } } as const;

const bodies: Readonly<Record<SurfaceName, JsonObject>> = {
  chat: { messages: [{ role: "user", content: [{ type: "text", text: `I am ${PLANTED}` }] }] },
  completions: { prompt: `I am ${PLANTED}` },
  responses: { instructions: `They are ${PLANTED}`, input: [{ role: "user", content: `I am ${PLANTED}` }] },
  messages: { max_tokens: 5, system: `They are ${PLANTED}`, messages: [{ role: "user", content: `I am ${PLANTED}` }] },
  "generate-content": { contents: [{ role: "user", parts: [{ text: `I am ${PLANTED}` }] }] },
};

/** A choice that says it in its text, and in a call's arguments where the protocol has calls. */
const answerOf = (api: SurfaceName): readonly AnswerEvent[] => [
  { type: "text", choice: 0, text: `Write to ${PLANTED} today.` },
  ...(api === "completions"
    ? []
    : ([
        { type: "tool_call", choice: 0, call: 0, id: "call_1", name: "send" },
        { type: "tool_arguments", choice: 0, call: 0, text: `{"to":"${PLANTED}"}` },
      ] as const)),
  { type: "finish", choice: 0, reason: "stop" },
  { type: "usage", usage: { input_tokens: 1, output_tokens: 2 } },
];

for (const api of Object.keys(surfaces) as SurfaceName[]) {
  const surface = surfaces[api];
  const body = bodies[api];
  const { signal } = new AbortController();
  const frameOf = async () => {
    const { request } = await guardInput(surface.read(body), MASK, { signal });
    return { id: "1", model: "m", created: 1, request, body: {} };
  };
  test(`What goes in by ${api} is masked`, async () => {
    const said = JSON.stringify((await frameOf()).request);
    assert.ok(said.includes("<EMAIL_ADDRESS>") && !said.includes("acme.com"), said);
  });
  for (const config of [MASK, { pii: { behavior: "BLOCK" } }, { invalid_keywords: ["acme"] }] as const) {
    const name = JSON.stringify(config);
    test(`What comes out by ${api} is guarded by ${name}, streamed`, async () => {
      const { events } = await guarded(stream(interleaved([answerOf(api)])), config);
      let said = "";
      for await (const piece of surface.stream(stream(events), await frameOf())) said += piece;
      assertGuarded(said, events, config);
    });
    test(`What comes out by ${api} is guarded by ${name}, whole`, async () => {
      const { events, thrown } = await guarded(stream(answerOf(api)), config, { isWhole: true });
      if (config !== MASK) return assert.ok(thrown instanceof Error && !thrown.message.includes("acme"));
      assertGuarded(JSON.stringify(surface.whole(await wholeAnswer(stream(events)), await frameOf())), events, config);
    });
  }
}

function assertGuarded(said: string, events: readonly AnswerEvent[], config: object): void {
  assert.ok(!said.includes("acme"), said);
  const texts = events.flatMap((event) => ("text" in event ? [event.text] : [])).join("");
  assert.ok(!texts.includes("acme"));
  assert.ok(texts.startsWith("Write"), said);
  if (config === MASK) assert.ok(said.includes("EMAIL_ADDRESS"), said);
  else assert.ok(!texts.includes("today"), said);
}
