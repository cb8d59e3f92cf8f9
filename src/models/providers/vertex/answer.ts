import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { parseJson } from "#wire/serving/chat.ts";
import type { AnswerEvent, FinishReason, Usage } from "../../events.ts";
import { failed, malformed } from "../call.ts";
import { countIn, listIn, objectIn, textIn } from "../read.ts";
import { serverSent } from "../server-sent.ts";

/** Source: @google/genai, FinishReason. What is not known here is an end like any other. */
const reasons: Readonly<Record<string, FinishReason>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  LANGUAGE: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
};

/** Answers to one question: what a provider says beyond is not believed. */
const CHOICES_MAX = 8;
/** An error within a stream that tells no status is the provider's own. */
const STATUS_UNKNOWN = 500;

/** An answer as events. @throws Fault BAD_GATEWAY when it is none. */
export function* contentEvents(body: JsonObject): Iterable<AnswerEvent> {
  const answer = new Answer();
  yield* answer.take(body);
  yield* answer.end(false);
}

/** A stream as events; it has no end of its own but that each of its choices has one. @throws Fault BAD_GATEWAY, RESOURCE_EXHAUSTED */
export async function* streamEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<AnswerEvent> {
  const answer = new Answer();
  for await (const { data } of serverSent(body)) {
    const said = parseJson(data);
    const chunk = Array.isArray(said) ? (said as readonly Json[])[0] : said;
    if (!isJsonObject(chunk)) return malformed("a piece of its stream is no JSON", true);
    if (chunk.error !== undefined) {
      const { code, status } = objectIn(chunk.error);
      const http = typeof code === "number" && code >= 400 && code < 600 ? code : STATUS_UNKNOWN;
      throw failed({ status: http, kind: textIn(status), isMidStream: true });
    }
    yield* answer.take(chunk);
  }
  yield* answer.end(true);
}

/** What was said so far, as far as what comes next depends on it. */
class Answer {
  /** Calls of each choice that was begun. */
  readonly #calls = new Map<number, number>();
  readonly #ended = new Set<number>();
  #usage: JsonObject = {};

  *take(body: JsonObject): Generator<AnswerEvent> {
    this.#usage = isJsonObject(body.usageMetadata) ? body.usageMetadata : this.#usage;
    for (const [place, candidate] of listIn(body.candidates).entries()) {
      const index = countIn(candidate.index) ?? place;
      const choice = index < CHOICES_MAX ? index : place;
      if (!this.#calls.has(choice)) this.#calls.set(choice, 0);
      for (const part of listIn(objectIn(candidate.content).parts)) yield* this.#said(part, choice, body);
      const reason = textIn(candidate.finishReason);
      if (reason !== "" && reason !== "FINISH_REASON_UNSPECIFIED")
        yield* this.#finish(choice, reasons[reason] ?? "stop");
    }
    // The question itself was refused: no choice is there.
    if (textIn(objectIn(body.promptFeedback).blockReason) && this.#calls.size === 0) {
      this.#calls.set(0, 0);
      yield* this.#finish(0, "content_filter");
    }
  }

  /** @throws Fault BAD_GATEWAY when a choice has none, or there is no choice. */
  *end(isMidStream: boolean): Generator<AnswerEvent> {
    if (this.#calls.size === 0) malformed("it is no generated content", isMidStream);
    if (this.#ended.size < this.#calls.size) malformed("its answer broke off", isMidStream);
    yield* counted(this.#usage);
  }

  *#finish(choice: number, reason: FinishReason): Generator<AnswerEvent> {
    if (this.#ended.has(choice)) return;
    this.#ended.add(choice);
    // The protocol ends alike whether a function is called or not.
    yield { type: "finish", choice, reason: reason === "stop" && this.#calls.get(choice)! > 0 ? "tool_calls" : reason };
  }

  *#said(part: JsonObject, choice: number, { responseId }: JsonObject): Generator<AnswerEvent> {
    const { functionCall } = part;
    const [text, signature] = [textIn(part.text), textIn(part.thoughtSignature)];
    const isThought = part.thought === true;
    if (signature || isThought)
      yield { type: "reasoning", choice, text: isThought ? text : "", ...(signature && { signature }) };
    if (text && !isThought) yield { type: "text", choice, text };
    if (!isJsonObject(functionCall)) return;
    const call = this.#calls.get(choice)!;
    this.#calls.set(choice, call + 1);
    // The protocol has calls without ids, which answers to them need.
    const id = textIn(functionCall.id) || `call_${textIn(responseId)}_${choice}_${call}`;
    yield { type: "tool_call", choice, call, id, name: textIn(functionCall.name) };
    yield { type: "tool_arguments", choice, call, text: JSON.stringify(functionCall.args ?? {}) };
  }
}

/** The protocol counts what was thought apart from what was said. */
function* counted(said: JsonObject): Iterable<AnswerEvent> {
  const prompt = countIn(said.promptTokenCount);
  if (prompt === undefined) return;
  const cached_tokens = countIn(said.cachedContentTokenCount);
  const reasoning_tokens = countIn(said.thoughtsTokenCount);
  const usage: Usage = {
    input_tokens: prompt + (countIn(said.toolUsePromptTokenCount) ?? 0),
    output_tokens: (countIn(said.candidatesTokenCount) ?? 0) + (reasoning_tokens ?? 0),
    ...(cached_tokens !== undefined && { cached_tokens }),
    ...(reasoning_tokens !== undefined && { reasoning_tokens }),
  };
  yield { type: "usage", usage };
}
