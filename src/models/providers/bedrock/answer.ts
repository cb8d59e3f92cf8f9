import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { parseJson } from "#wire/serving/chat.ts";
import type { AnswerEvent, FinishReason, Usage } from "../../events.ts";
import { failed, malformed } from "../call.ts";
import { countIn, listIn, objectIn, textIn } from "../read.ts";
import { frames } from "./frames.ts";

/** Source: @aws-sdk/client-bedrock-runtime, StopReason. What is not known here is an end like any other. */
const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  content_filtered: "content_filter",
  guardrail_intervened: "content_filter",
};

/** The status that an exception within a stream stands for. Source: Bedrock's API reference, ConverseStreamOutput. */
const statuses: Readonly<Record<string, number>> = {
  validationException: 400,
  throttlingException: 429,
  internalServerException: 500,
  modelStreamErrorException: 500,
  serviceUnavailableException: 503,
};
/** What is not in the table is the provider's own error. */
const STATUS_UNKNOWN = 500;

/** The protocol gives one answer. */
const choice = 0;

/** An answer of Converse as events. @throws Fault BAD_GATEWAY when it is none. */
export function* converseEvents(body: JsonObject): Iterable<AnswerEvent> {
  const { content } = objectIn(objectIn(body.output).message);
  if (!Array.isArray(content)) malformed("it is no message");
  let call = -1;
  for (const { text, toolUse, reasoningContent } of listIn(content)) {
    if (textIn(text)) yield { type: "text", choice, text: textIn(text) };
    if (reasoningContent !== undefined) yield* thought(objectIn(objectIn(reasoningContent).reasoningText));
    if (!isJsonObject(toolUse)) continue;
    call += 1;
    yield called(toolUse, call);
    yield { type: "tool_arguments", choice, call, text: JSON.stringify(toolUse.input ?? {}) };
  }
  yield { type: "finish", choice, reason: reasons[textIn(body.stopReason)] ?? "stop" };
  yield* counted(objectIn(body.usage));
}

/** A stream as events; kinds of events that are not known are passed over. @throws Fault BAD_GATEWAY, RESOURCE_EXHAUSTED */
export async function* streamEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<AnswerEvent> {
  /** Calls by the index of their block. */
  const calls = new Map<Json | undefined, number>();
  let count = 0;
  let reason: string | undefined;
  let usage: JsonObject = {};
  for await (const { kind, type, data } of frames(body)) {
    if (kind !== "event") throw failed({ status: statuses[type] ?? STATUS_UNKNOWN, kind: type, isMidStream: true });
    const event = parseJson(data);
    if (!isJsonObject(event)) return malformed("a piece of its stream is no JSON", true);
    switch (type) {
      case "contentBlockStart": {
        const { toolUse } = objectIn(event.start);
        if (!isJsonObject(toolUse)) break;
        calls.set(event.contentBlockIndex, count);
        yield called(toolUse, count);
        count += 1;
        break;
      }
      case "contentBlockDelta":
        yield* continued(objectIn(event.delta), calls.get(event.contentBlockIndex));
        break;
      case "messageStop":
        reason = textIn(event.stopReason);
        break;
      case "metadata":
        usage = objectIn(event.usage);
    }
  }
  if (reason === undefined) return malformed("its stream broke off", true);
  yield { type: "finish", choice, reason: reasons[reason] ?? "stop" };
  yield* counted(usage);
}

function* continued({ text, toolUse, reasoningContent }: JsonObject, call: number | undefined): Iterable<AnswerEvent> {
  if (textIn(text)) yield { type: "text", choice, text: textIn(text) };
  if (reasoningContent !== undefined) yield* thought(objectIn(reasoningContent));
  const { input } = objectIn(toolUse);
  if (call !== undefined && textIn(input)) yield { type: "tool_arguments", choice, call, text: textIn(input) };
}

const called = ({ toolUseId, name }: JsonObject, call: number): AnswerEvent => ({
  type: "tool_call",
  choice,
  call,
  id: textIn(toolUseId),
  name: textIn(name),
});

/** What the model thought in secret is not for others. */
function* thought({ text, signature }: JsonObject): Iterable<AnswerEvent> {
  const proof = textIn(signature);
  if (textIn(text) || proof)
    yield { type: "reasoning", choice, text: textIn(text), ...(proof && { signature: proof }) };
}

/** The protocol counts what its cache read and wrote apart from the rest of the input. */
function* counted(said: JsonObject): Iterable<AnswerEvent> {
  const input_tokens = countIn(said.inputTokens);
  if (input_tokens === undefined) return;
  const cached_tokens = countIn(said.cacheReadInputTokens);
  const written = countIn(said.cacheWriteInputTokens) ?? 0;
  const usage: Usage = {
    input_tokens: input_tokens + (cached_tokens ?? 0) + written,
    output_tokens: countIn(said.outputTokens) ?? 0,
    ...(cached_tokens !== undefined && { cached_tokens }),
  };
  yield { type: "usage", usage };
}
