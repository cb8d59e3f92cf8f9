import type { JsonObject } from "#base/json.ts";
import {
  type AnswerEvent,
  AnswerFold,
  type AnswerFrame,
  chatBody,
  type ModelRequest,
  type SurfaceName,
  surfaces,
} from "#models/mod.ts";
import { errors, type Fault } from "#wire/errors.ts";
import type { GuardrailParameters } from "#wire/serving/ai-gateway.ts";
import { isGuarded, redacted } from "../guardrails/mod.ts";
import { PAYLOAD_BYTES_MAX } from "./row.ts";

/** A question as it came, and what looks at it. */
export interface Said {
  readonly api: SurfaceName;
  readonly isStreaming: boolean;
  /** Without the caller's labels. */
  readonly body: JsonObject;
  readonly asked: ModelRequest;
  readonly guardrails: GuardrailParameters | undefined;
  readonly endpoint: string;
}

/**
 * What may be kept of an exchange. Where no guardrail looks at questions, body and answer are kept in the protocol in which they were
 * said. Where one does, both are kept as chat completions, made of what it let through: a body holds fields that nobody looked at.
 */
export class Transcript {
  readonly #said: Said;
  readonly #fold = new AnswerFold();
  #characters = 0;
  #guarded: ModelRequest | undefined;
  #frame: AnswerFrame | undefined;

  constructor(said: Said) {
    this.#said = said;
  }

  /** The question has passed the guardrails, as this. */
  passed(request: ModelRequest): void {
    this.#guarded = request;
  }

  /** What leaves of a model's answer, as it leaves. */
  async *noted(events: AsyncIterable<AnswerEvent>, frame: AnswerFrame): AsyncGenerator<AnswerEvent> {
    this.#frame = frame;
    for await (const event of events) {
      if ("text" in event) this.#characters += event.text.length;
      if (this.#characters <= PAYLOAD_BYTES_MAX) this.#fold.add(event);
      yield event;
    }
  }

  /** What may be kept of it now. */
  kept(failed?: Fault): { readonly request: JsonObject; readonly response: JsonObject | "too long" } {
    return { request: this.#request(), response: this.#response(failed) };
  }

  #request(): JsonObject {
    const { body, asked, guardrails, endpoint } = this.#said;
    if (!isGuarded(guardrails)) return body;
    return chatBody(this.#guarded ?? redacted(asked, guardrails), endpoint);
  }

  /** Of an answer that was asked for whole and failed nothing was let out; of a stream what left before. */
  #response(failed?: Fault): JsonObject | "too long" {
    if (this.#characters > PAYLOAD_BYTES_MAX) return "too long";
    const error = failed && { error_code: failed.code, message: failed.message, status: errors[failed.code].http };
    const hasBegun = this.#frame !== undefined && this.#fold.answer.choices.length > 0;
    if (!error) return this.#whole();
    return this.#said.isStreaming && hasBegun ? { ...this.#whole(), error } : error;
  }

  #whole(): JsonObject {
    const frame = this.#frame;
    if (!frame) return {};
    const { answer } = this.#fold;
    const inChat = (): JsonObject => surfaces.chat.whole(answer, { ...frame, body: {} });
    if (isGuarded(this.#said.guardrails)) return inChat();
    try {
      return surfaces[this.#said.api].whole(answer, frame);
    } catch {
      // What a protocol cannot say of an answer that broke off, chat completions can.
      return inChat();
    }
  }
}
