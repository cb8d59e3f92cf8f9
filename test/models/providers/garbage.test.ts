import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "#wire/errors.ts";
import type { AnswerEvent } from "../../../src/models/events.ts";
import type { AnswerModel } from "../../../src/models/model.ts";
import { anthropicChat } from "../../../src/models/providers/anthropic/model.ts";
import { bedrockChat } from "../../../src/models/providers/bedrock/model.ts";
import { cohereChat } from "../../../src/models/providers/cohere/model.ts";
import type { ProviderEgress } from "../../../src/models/providers/egress.ts";
import { openaiChat } from "../../../src/models/providers/openai/model.ts";
import { vertexChat } from "../../../src/models/providers/vertex/model.ts";
import { frame } from "./frames.ts";
import { asked, dataEvents, egressThat } from "./simulated.ts";

/** A protocol with the words that its answers are made of. */
interface Spoken {
  readonly model: (egress: ProviderEgress) => AnswerModel;
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Events that make sense, each by itself. */
  readonly sound: readonly { readonly type: string; readonly body: object }[];
  readonly stream: (
    events: readonly { readonly type: string; readonly body: object }[],
  ) => readonly (string | Uint8Array)[];
}

const clock = { now_ms: () => 0 };
const tokens = { get: async () => "t", forget: () => {} };
const bedrock = { region: "us-east-1", key_id: "k", secret: "s", provider: "anthropic", path: "/model/m", model: "m" };
const sse: Spoken["stream"] = (events) => [dataEvents(...events.map(({ type, body }) => ({ ...body, type })))];

// biome-ignore format: a table is read in columns
const protocols: Readonly<Record<string, Spoken>> = {
  openai: {
    model: (egress) => openaiChat(egress, { url: "https://x.example", headers: {}, model: "m" }),
    names: ["choices", "index", "delta", "message", "content", "text", "tool_calls", "id", "function", "name", "arguments", "finish_reason", "usage", "prompt_tokens", "completion_tokens", "refusal"],
    values: ["stop", "length", "tool_calls"],
    sound: [
      { type: "", body: { choices: [{ index: 0, delta: { content: "x", reasoning_content: "y" }, finish_reason: null }] } },
      { type: "", body: { choices: [{ index: 1, delta: { tool_calls: [{ index: 0, id: "t", function: { name: "n", arguments: "{" } }] } }] } },
      { type: "", body: { choices: [{ index: 1, delta: {}, finish_reason: "tool_calls" }, { index: 0, delta: {}, finish_reason: "stop" }] } },
      { type: "", body: { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } } },
    ],
    stream: (events) => [`${dataEvents(...events.map(({ body }) => body))}data: [DONE]\n\n`],
  },
  anthropic: {
    model: (egress) => anthropicChat(egress, { headers: {}, model: "m" }),
    names: ["type", "index", "message", "content", "content_block", "delta", "text", "thinking", "signature", "partial_json", "id", "name", "input", "stop_reason", "usage", "input_tokens", "output_tokens"],
    values: ["message", "message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop", "text", "tool_use", "thinking", "text_delta", "input_json_delta", "thinking_delta"],
    sound: [
      { type: "message_start", body: { message: { usage: { input_tokens: 1, output_tokens: 1 } } } },
      { type: "content_block_start", body: { index: 0, content_block: { type: "tool_use", id: "t", name: "n", input: {} } } },
      { type: "content_block_start", body: { index: 1, content_block: { type: "text", text: "x" } } },
      { type: "content_block_delta", body: { index: 0, delta: { type: "input_json_delta", partial_json: "{" } } },
      { type: "content_block_delta", body: { index: 1, delta: { type: "thinking_delta", thinking: "y" } } },
      { type: "message_delta", body: { delta: { stop_reason: "tool_use" }, usage: { output_tokens: 3 } } },
      { type: "message_stop", body: {} },
    ],
    stream: sse,
  },
  bedrock: {
    model: (egress) => bedrockChat(egress, clock, bedrock),
    names: ["output", "message", "content", "text", "toolUse", "toolUseId", "name", "input", "reasoningContent", "reasoningText", "signature", "contentBlockIndex", "start", "delta", "stopReason", "usage", "inputTokens", "outputTokens"],
    values: ["contentBlockStart", "contentBlockDelta", "messageStop", "metadata", "end_turn"],
    sound: [
      { type: "contentBlockStart", body: { contentBlockIndex: 0, start: { toolUse: { toolUseId: "t", name: "n" } } } },
      { type: "contentBlockDelta", body: { contentBlockIndex: 0, delta: { toolUse: { input: "{" } } } },
      { type: "contentBlockDelta", body: { contentBlockIndex: 1, delta: { text: "x" } } },
      { type: "contentBlockDelta", body: { contentBlockIndex: 2, delta: { reasoningContent: { text: "y", signature: "s" } } } },
      { type: "messageStop", body: { stopReason: "tool_use" } },
      { type: "metadata", body: { usage: { inputTokens: 1, outputTokens: 2 } } },
    ],
    stream: (events) => events.map(({ type, body }) => frame({ ":message-type": "event", ":event-type": type }, JSON.stringify(body))),
  },
  vertex: {
    model: (egress) => vertexChat(egress, tokens, { url: "https://x.example", model: "gemini-3", key_file: "k" }),
    names: ["candidates", "index", "content", "parts", "text", "thought", "thoughtSignature", "functionCall", "id", "name", "args", "finishReason", "promptFeedback", "blockReason", "usageMetadata", "promptTokenCount"],
    values: ["STOP", "MAX_TOKENS", "SAFETY"],
    sound: [
      { type: "", body: { candidates: [{ index: 0, content: { parts: [{ text: "x" }, { text: "y", thought: true, thoughtSignature: "s" }] } }] } },
      { type: "", body: { candidates: [{ index: 1, content: { parts: [{ functionCall: { id: "t", name: "n", args: {} } }] } }] } },
      { type: "", body: { candidates: [{ index: 1, finishReason: "STOP" }, { index: 0, content: {}, finishReason: "MAX_TOKENS" }] } },
      { type: "", body: { usageMetadata: { promptTokenCount: 1 } } },
      { type: "", body: { promptFeedback: { blockReason: "SAFETY" } } },
    ],
    stream: sse,
  },
  cohere: {
    model: (egress) => cohereChat(egress, { url: "https://x.example", headers: {}, model: "m" }),
    names: ["type", "index", "delta", "message", "content", "text", "thinking", "tool_plan", "tool_calls", "id", "function", "name", "arguments", "finish_reason", "usage", "tokens", "input_tokens", "output_tokens"],
    values: ["content-start", "content-delta", "tool-plan-delta", "tool-call-start", "tool-call-delta", "message-end", "COMPLETE", "text", "thinking"],
    sound: [
      { type: "content-delta", body: { index: 0, delta: { message: { content: { text: "x", thinking: "y" } } } } },
      { type: "tool-plan-delta", body: { delta: { message: { tool_plan: "z" } } } },
      { type: "tool-call-start", body: { index: 0, delta: { message: { tool_calls: { id: "t", function: { name: "n", arguments: "" } } } } } },
      { type: "tool-call-delta", body: { index: 0, delta: { message: { tool_calls: { function: { arguments: "{" } } } } } },
      { type: "message-end", body: { delta: { finish_reason: "TOOL_CALL", usage: { tokens: { input_tokens: 1, output_tokens: 2 } } } } },
    ],
    stream: sse,
  },
};

const junk: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  null,
  true,
  0,
  1,
  -1,
  1e9,
  0.5,
  1e300,
  {},
  [],
  "",
  "__proto__",
);

/** JSON of a protocol's own words, in places of no sense. */
function garbage({ names, values }: Spoken): fc.Arbitrary<object> {
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.oneof(fc.constantFrom(...values), junk),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names, "__proto__"), tie("node"), { maxKeys: 6, noNullPrototype: false }),
    ),
  }));
  return fc.dictionary(fc.constantFrom(...names), node, { maxKeys: 6, noNullPrototype: false });
}

/** Events that make sense, in no order that does, and with one of their words meaning something else. */
function shuffled({ names, sound }: Spoken): fc.Arbitrary<Spoken["sound"]> {
  const spoilt = fc
    .record({ event: fc.constantFrom(...sound), name: fc.constantFrom(...names), instead: junk, isSpoilt: fc.nat(3) })
    .map(({ event, name, instead, isSpoilt }) =>
      isSpoilt === 0
        ? {
            ...event,
            body: JSON.parse(JSON.stringify(event.body, (key, one) => (key === name ? instead : one))) as object,
          }
        : event,
    );
  return fc.array(spoilt, { maxLength: 10 });
}

/** What the form of answers promises whoever reads it. */
function assertFormed(events: readonly AnswerEvent[], isWhole: boolean): void {
  const ended = new Set<number>();
  const begun = new Set<number>();
  const calls = new Set<string>();
  let hasCounted = false;
  for (const event of events) {
    assert.ok(!hasCounted, "usage is last, and once");
    if (event.type === "usage") {
      hasCounted = true;
      for (const count of Object.values(event.usage)) assert.ok(Number.isSafeInteger(count) && Number(count) >= 0);
      continue;
    }
    assert.ok(Number.isInteger(event.choice) && event.choice >= 0 && event.choice < 128, `choice ${event.choice}`);
    assert.ok(!ended.has(event.choice), "nothing follows a choice's end");
    begun.add(event.choice);
    if (event.type === "finish") ended.add(event.choice);
    else if (event.type === "tool_call") {
      assert.equal(typeof event.id + typeof event.name, "stringstring");
      assert.ok(!calls.has(`${event.choice} ${event.call}`), "a call is opened once");
      calls.add(`${event.choice} ${event.call}`);
    } else {
      assert.equal(typeof event.text, "string");
      if (event.type === "tool_arguments")
        assert.ok(calls.has(`${event.choice} ${event.call}`), "arguments are a call's");
    }
  }
  if (isWhole) assert.equal(ended.size, begun.size, "each choice has an end");
}

for (const [name, spoken] of Object.entries(protocols))
  test(`${name}: whatever is answered is events in the form's order, or the provider's failure`, async () => {
    const event = fc.record({ type: fc.constantFrom(...spoken.values), body: garbage(spoken) });
    const one = fc.oneof(garbage(spoken), fc.array(event, { maxLength: 8 }), shuffled(spoken));
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(one, async (given) => {
        const stream = Array.isArray(given);
        const pieces = stream ? spoken.stream(given as Spoken["sound"]) : [JSON.stringify(given)];
        const events: AnswerEvent[] = [];
        try {
          for await (const said of spoken
            .model(egressThat(200, pieces))
            .answer({ ...asked, stream }, new AbortController().signal))
            events.push(said);
          assertFormed(events, true);
          answered += 1;
        } catch (thrown) {
          if (!(thrown instanceof Fault)) throw thrown;
          assertFormed(events, false);
        }
      }),
      { numRuns: 1_000 },
    );
    assert.ok(answered > 0, "some of it is an answer");
  });
