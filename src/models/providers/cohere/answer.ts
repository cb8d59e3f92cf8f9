import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { parseJson } from "#wire/serving/chat.ts";
import type { AnswerEvent, FinishReason, Usage } from "../../events.ts";
import { failed, malformed } from "../call.ts";
import { countIn, listIn, objectIn, textIn } from "../read.ts";
import { serverSent } from "../server-sent.ts";

/** Source: the `cohere-ai` package, ChatFinishReason. What is not known here is an end like any other. */
const reasons: Readonly<Record<string, FinishReason>> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "length",
  TOOL_CALL: "tool_calls",
};
/** Ends that are failures, with the status that they stand for. */
const failures: Readonly<Record<string, number>> = { ERROR: 500, TIMEOUT: 504 };

/** The protocol gives one answer. */
const choice = 0;

/** An answer as events. @throws Fault BAD_GATEWAY when it is none, or failed. */
export function* chatEvents(body: JsonObject): Iterable<AnswerEvent> {
  if (!isJsonObject(body.message)) malformed("it is no message");
  const { tool_plan, content, tool_calls } = objectIn(body.message);
  const reason = reasonOf(body, false);
  yield* said(tool_plan, content);
  for (const [call, tool] of listIn(tool_calls).entries()) yield* called(tool, call);
  yield { type: "finish", choice, reason };
  yield* counted(objectIn(body.usage));
}

/** A stream as events, up to `message-end`; kinds of events that are not known are passed over. @throws Fault BAD_GATEWAY */
export async function* streamEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<AnswerEvent> {
  /** Calls by the index of their events. */
  const calls = new Map<Json | undefined, number>();
  let count = 0;
  for await (const { data } of serverSent(body)) {
    const event = parseJson(data);
    if (!isJsonObject(event)) return malformed("a piece of its stream is no JSON", true);
    const delta = objectIn(event.delta);
    const { tool_plan, content, tool_calls } = objectIn(delta.message);
    switch (event.type) {
      case "content-start":
      case "content-delta":
      case "tool-plan-delta":
        yield* said(tool_plan, [objectIn(content)]);
        break;
      case "tool-call-start": {
        calls.set(event.index, count);
        yield* called(objectIn(tool_calls), count);
        count += 1;
        break;
      }
      case "tool-call-delta": {
        const call = calls.get(event.index);
        const text = textIn(objectIn(objectIn(tool_calls).function).arguments);
        if (call !== undefined && text) yield { type: "tool_arguments", choice, call, text };
        break;
      }
      case "message-end":
        yield { type: "finish", choice, reason: reasonOf(delta, true) };
        return yield* counted(objectIn(delta.usage));
    }
  }
  malformed("its stream broke off", true);
}

/** @throws Fault BAD_GATEWAY where it did not end but fail. */
function reasonOf({ finish_reason, error }: JsonObject, isMidStream: boolean): FinishReason {
  const reason = textIn(finish_reason);
  const status = failures[reason] ?? (textIn(error) ? 500 : undefined);
  if (status !== undefined) throw failed({ status, kind: reason, isMidStream });
  return reasons[reason] ?? "stop";
}

function* said(plan: Json | undefined, content: Json | undefined): Iterable<AnswerEvent> {
  if (textIn(plan)) yield { type: "reasoning", choice, text: textIn(plan) };
  for (const { thinking, text } of listIn(content)) {
    if (textIn(thinking)) yield { type: "reasoning", choice, text: textIn(thinking) };
    if (textIn(text)) yield { type: "text", choice, text: textIn(text) };
  }
}

function* called(tool: JsonObject, call: number): Iterable<AnswerEvent> {
  const { name, arguments: text } = objectIn(tool.function);
  yield { type: "tool_call", choice, call, id: textIn(tool.id), name: textIn(name) };
  if (textIn(text)) yield { type: "tool_arguments", choice, call, text: textIn(text) };
}

function* counted({ tokens, cached_tokens: cached }: JsonObject): Iterable<AnswerEvent> {
  const { input_tokens: input, output_tokens } = objectIn(tokens);
  const input_tokens = countIn(input);
  if (input_tokens === undefined) return;
  const cached_tokens = countIn(cached);
  const usage: Usage = {
    input_tokens,
    output_tokens: countIn(output_tokens) ?? 0,
    ...(cached_tokens !== undefined && { cached_tokens }),
  };
  yield { type: "usage", usage };
}
