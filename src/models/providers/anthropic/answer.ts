import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { parseJson } from "#wire/serving/chat.ts";
import type { AnswerEvent, FinishReason, Usage } from "../../events.ts";
import { failed, malformed } from "../call.ts";
import { countIn, listIn, objectIn, textIn } from "../read.ts";
import { serverSent } from "../server-sent.ts";

/** Source: @anthropic-ai/sdk `resources/messages`, StopReason. What is not known here is an end like any other. */
const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  pause_turn: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

/** The status that an error within a stream stands for. Source: platform.claude.com/docs/en/api/errors. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};
/** What is not in the table is the provider's own error. */
const STATUS_UNKNOWN = 500;

/** The protocol gives one answer. */
const choice = 0;

/** A message as events. @throws Fault BAD_GATEWAY when it is none. */
export function* messageEvents(body: JsonObject): Iterable<AnswerEvent> {
  if (body.type !== "message" || !Array.isArray(body.content)) malformed("it is no message");
  let call = -1;
  for (const block of listIn(body.content)) {
    if (block.type === "tool_use") call += 1;
    yield* begun(block, call);
  }
  yield { type: "finish", choice, reason: reasons[textIn(body.stop_reason)] ?? "stop" };
  yield* counted(objectIn(body.usage));
}

/** A stream as events, up to `message_stop`; kinds of events that are not known are passed over, as the protocol asks. @throws Fault BAD_GATEWAY */
export async function* streamEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<AnswerEvent> {
  /** Calls by the index of their block. */
  const calls = new Map<Json | undefined, number>();
  let count = 0;
  let reason: FinishReason = "stop";
  let usage: JsonObject = {};
  for await (const { data } of serverSent(body)) {
    const event = parseJson(data);
    if (!isJsonObject(event)) return malformed("a piece of its stream is no JSON", true);
    switch (event.type) {
      case "message_start":
        usage = objectIn(objectIn(event.message).usage);
        break;
      case "content_block_start": {
        const block = objectIn(event.content_block);
        if (block.type === "tool_use") calls.set(event.index, count++);
        yield* begun(block, count - 1);
        break;
      }
      case "content_block_delta":
        yield* continued(objectIn(event.delta), calls.get(event.index));
        break;
      case "message_delta": {
        const { stop_reason } = objectIn(event.delta);
        if (typeof stop_reason === "string") reason = reasons[stop_reason] ?? "stop";
        usage = { ...usage, ...told(objectIn(event.usage)) };
        break;
      }
      case "error": {
        const { type } = objectIn(event.error);
        throw failed({ status: statuses[textIn(type)] ?? STATUS_UNKNOWN, kind: textIn(type), isMidStream: true });
      }
      case "message_stop":
        yield { type: "finish", choice, reason };
        return yield* counted(usage);
    }
  }
  malformed("its stream broke off", true);
}

/** A block whole, or as it begins. Blocks of the provider's own tools, and what it thought in secret, are not for others. */
function* begun(block: JsonObject, call: number): Iterable<AnswerEvent> {
  const { type } = block;
  if (type === "text" && textIn(block.text)) yield { type, choice, text: textIn(block.text) };
  if (type === "thinking") yield* thought(textIn(block.thinking), textIn(block.signature));
  if (type !== "tool_use") return;
  yield { type: "tool_call", choice, call, id: textIn(block.id), name: textIn(block.name) };
  const input = JSON.stringify(block.input ?? {});
  if (input !== "{}") yield { type: "tool_arguments", choice, call, text: input };
}

function* continued(delta: JsonObject, call: number | undefined): Iterable<AnswerEvent> {
  switch (delta.type) {
    case "text_delta":
      if (textIn(delta.text)) yield { type: "text", choice, text: textIn(delta.text) };
      return;
    case "thinking_delta":
      return yield* thought(textIn(delta.thinking), "");
    case "signature_delta":
      return yield* thought("", textIn(delta.signature));
    case "input_json_delta":
      if (call !== undefined && textIn(delta.partial_json))
        yield { type: "tool_arguments", choice, call, text: textIn(delta.partial_json) };
  }
}

function* thought(text: string, signature: string): Iterable<AnswerEvent> {
  if (text || signature) yield { type: "reasoning", choice, text, ...(signature && { signature }) };
}

/** What is told later counts all from the beginning; what it leaves out stands as it was. */
const told = (usage: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));

/** The protocol counts what its cache read and wrote apart from the rest of the input. */
function* counted(said: JsonObject): Iterable<AnswerEvent> {
  const input_tokens = countIn(said.input_tokens);
  if (input_tokens === undefined) return;
  const cached_tokens = countIn(said.cache_read_input_tokens);
  const written = countIn(said.cache_creation_input_tokens) ?? 0;
  const reasoning_tokens = countIn(objectIn(said.output_tokens_details).thinking_tokens);
  const usage: Usage = {
    input_tokens: input_tokens + (cached_tokens ?? 0) + written,
    output_tokens: countIn(said.output_tokens) ?? 0,
    ...(cached_tokens !== undefined && { cached_tokens }),
    ...(reasoning_tokens !== undefined && { reasoning_tokens }),
  };
  yield { type: "usage", usage };
}
