import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { parseJson } from "#wire/serving/chat.ts";
import type { AnswerEvent, FinishReason, Usage } from "../../events.ts";
import { malformed } from "../call.ts";
import { countIn, listIn, objectIn, textIn } from "../read.ts";
import { serverSent } from "../server-sent.ts";

/** Source: platform.openai.com/docs/api-reference/chat/object, finish_reason. What is not known here is an end like any other. */
const reasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
};

const indexOf = (value: Json | undefined, otherwise: number): number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < INDEX_MAX ? value : otherwise;

/** Choices and calls of one answer: what a provider says beyond is not believed. */
const INDEX_MAX = 128;

/** A completion as events. @throws Fault BAD_GATEWAY when it is none. */
export function* completionEvents(body: JsonObject): Iterable<AnswerEvent> {
  const choices = listIn(body.choices);
  if (choices.length === 0) malformed("it is no chat completion");
  for (const [place, one] of choices.entries()) {
    const choice = indexOf(one.index, place);
    const message = objectIn(one.message);
    yield* said(message, choice);
    for (const [call, tool] of listIn(message.tool_calls).entries()) yield* called(tool, choice, call, true);
    yield { type: "finish", choice, reason: reasons[textIn(one.finish_reason)] ?? "stop" };
  }
  yield* counted(body.usage);
}

/** A stream of chunks as events, up to `[DONE]`. @throws Fault BAD_GATEWAY when it ends before, or holds what is no chunk. */
export async function* chunkEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<AnswerEvent> {
  const open = new Set<number>();
  const known = new Set<string>();
  let usage: Json | undefined;
  for await (const { data } of serverSent(body)) {
    if (data === "[DONE]") {
      for (const choice of open) yield { type: "finish", choice, reason: "stop" };
      return yield* counted(usage);
    }
    const chunk = parseJson(data);
    if (!isJsonObject(chunk)) return malformed("a piece of its stream is no JSON", true);
    if (chunk.error !== undefined) return malformed("its stream ended in an error", true);
    usage = chunk.usage ?? usage;
    for (const [place, one] of listIn(chunk.choices).entries()) {
      const choice = indexOf(one.index, place);
      open.add(choice);
      const delta = objectIn(one.delta);
      yield* said(delta, choice);
      for (const [at, tool] of listIn(delta.tool_calls).entries()) {
        const call = indexOf(tool.index, at);
        const isFirst = !known.has(`${choice} ${call}`);
        known.add(`${choice} ${call}`);
        yield* called(tool, choice, call, isFirst);
      }
      if (typeof one.finish_reason === "string" && open.delete(choice))
        yield { type: "finish", choice, reason: reasons[one.finish_reason] ?? "stop" };
    }
  }
  malformed("its stream broke off", true);
}

/** `reasoning_content` is what most servers with this protocol call what a model thought. Source: DeepSeek's and vLLM's API pages. */
function* said(message: JsonObject, choice: number): Iterable<AnswerEvent> {
  const reasoning = textIn(message.reasoning_content) || textIn(message.reasoning);
  if (reasoning) yield { type: "reasoning", choice, text: reasoning };
  const text = typeof message.content === "string" ? message.content : listIn(message.content).map(partText).join("");
  if (text) yield { type: "text", choice, text };
  if (textIn(message.refusal)) yield { type: "refusal", choice, text: textIn(message.refusal) };
}

const partText = (part: JsonObject): string => (part.type === "text" ? textIn(part.text) : "");

function* called(tool: JsonObject, choice: number, call: number, isFirst: boolean): Iterable<AnswerEvent> {
  const named = objectIn(tool.function);
  if (isFirst) yield { type: "tool_call", choice, call, id: textIn(tool.id), name: textIn(named.name) };
  if (textIn(named.arguments)) yield { type: "tool_arguments", choice, call, text: textIn(named.arguments) };
}

function* counted(value: Json | undefined): Iterable<AnswerEvent> {
  if (!isJsonObject(value)) return;
  const { prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details } = value;
  const input_tokens = countIn(prompt_tokens);
  if (input_tokens === undefined) return;
  const cached = countIn(objectIn(prompt_tokens_details).cached_tokens);
  const thought = countIn(objectIn(completion_tokens_details).reasoning_tokens);
  const usage: Usage = {
    input_tokens,
    output_tokens: countIn(completion_tokens) ?? 0,
    ...(cached !== undefined && { cached_tokens: cached }),
    ...(thought !== undefined && { reasoning_tokens: thought }),
  };
  yield { type: "usage", usage };
}
