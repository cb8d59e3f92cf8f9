import type { Clock } from "#base/clock.ts";
import type { Attempt, Finding, ModelUsage } from "#kernel/mod.ts";
import type { AnswerEvent, Usage } from "#models/mod.ts";
import { errors, type Fault } from "#wire/errors.ts";
import { tokensOf } from "./characters.ts";

/** HTTP status of what went well. */
const STATUS_OK = 200;

/** What is known of a question before anybody is asked. */
export interface Asked {
  readonly endpoint_id: string;
  readonly api: string;
  readonly isStreaming: boolean;
  readonly input_characters: number;
  readonly client_request_id?: string;
  readonly usage_context?: Readonly<Record<string, string>>;
  readonly request_tags?: Readonly<Record<string, string>>;
}

/** Counts what a question takes, from its coming in to its last event, for the record. */
export class Tally {
  readonly #asked: Asked;
  readonly #clock: Clock;
  readonly #from_ms: number;
  #served_entity_id: string | undefined;
  #destination: ModelUsage["destination"];
  #attempts: readonly Attempt[] = [];
  readonly #findings: Finding[] = [];
  #first_byte_ms: number | undefined;
  #characters = 0;
  #usage: Usage | undefined;
  #isCacheHit = false;

  constructor(asked: Asked, clock: Clock) {
    this.#asked = asked;
    this.#clock = clock;
    this.#from_ms = clock.now_ms();
  }

  /** Which models were asked, and which one of them answers. */
  tried(attempts: readonly Attempt[], served_entity_id?: string, destination?: ModelUsage["destination"]): void {
    this.#attempts = attempts;
    this.#served_entity_id = served_entity_id;
    this.#destination = destination;
  }

  /** The answer was given before, by this model: nothing is taken for it. */
  again({ served_entity_id, destination }: Required<Pick<ModelUsage, "served_entity_id" | "destination">>): void {
    this.#isCacheHit = true;
    this.#served_entity_id = served_entity_id;
    this.#destination = destination;
  }

  found(findings: readonly Finding[]): void {
    this.#findings.push(...findings);
  }

  /** What the model says, as it comes from the provider: what is held back later was paid for too. */
  heard(event: AnswerEvent): void {
    this.#first_byte_ms ??= this.#clock.now_ms() - this.#from_ms;
    if (event.type === "usage") this.#usage = event.usage;
    else if (event.type === "tool_call") this.#characters += event.name.length;
    else if (event.type !== "finish") this.#characters += event.text.length;
  }

  /** An embedding model's count, which comes without events. */
  counted(usage: Usage): void {
    this.#first_byte_ms ??= this.#clock.now_ms() - this.#from_ms;
    this.#usage = usage;
  }

  /** Tokens of question and answer, as far as they are known: the provider's count, or ours. */
  get tokens(): number {
    const { input_tokens, output_tokens } = this.#counted();
    return input_tokens + output_tokens;
  }

  /** What has been tallied so far. */
  usage(failed?: Fault): ModelUsage {
    const { endpoint_id, api, isStreaming, input_characters, client_request_id, usage_context, request_tags } =
      this.#asked;
    return {
      endpoint_id,
      ...(this.#served_entity_id !== undefined && { served_entity_id: this.#served_entity_id }),
      ...(this.#destination && { destination: this.#destination }),
      status_code: failed ? errors[failed.code].http : STATUS_OK,
      ...this.#counted(),
      ...(this.#isCacheHit && { isCacheHit: true }),
      input_characters,
      output_characters: this.#characters,
      isStreaming,
      api,
      ...(this.#first_byte_ms !== undefined && { time_to_first_byte_ms: this.#first_byte_ms }),
      attempts: this.#attempts,
      findings: this.#findings,
      ...(client_request_id !== undefined && { client_request_id }),
      ...(usage_context && { usage_context }),
      ...(request_tags && { request_tags }),
    };
  }

  /** A model that was never reached read nothing, nor did one whose answer is given again. */
  #counted(): Usage {
    if (this.#isCacheHit) return { input_tokens: 0, output_tokens: 0 };
    if (this.#usage) return this.#usage;
    if (this.#served_entity_id === undefined) return { input_tokens: 0, output_tokens: 0 };
    return {
      input_tokens: tokensOf(this.#asked.input_characters),
      output_tokens: tokensOf(this.#characters),
      isEstimate: true,
    };
  }
}
