import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { AnswerEvent } from "../../events.ts";
import type { AnswerFrame } from "../../surface.ts";
import { argumentsOf, unreadInput } from "../calls.ts";
import { typedEvent } from "../sent.ts";

export type Said = Exclude<AnswerEvent, { readonly type: "usage" | "finish" }>;

interface Block {
  /** Text and refusal are blocks of their own; so is each call. */
  readonly key: string;
  /** Of a call: its arguments leave as they come, as whoever declared the tool asked for (`eager_input_streaming`). */
  readonly isEager: boolean;
  /** Of a call whose arguments leave when all are there, and known to be JSON: readers parse what they have at each piece. */
  held: string;
}

/** Writes the blocks of a message one after another: one is open at a time, as the protocol's readers expect. */
export class Blocks {
  readonly #eager: ReadonlySet<string>;
  #index = -1;
  #open: Block | undefined;

  constructor({ body }: AnswerFrame) {
    this.#eager = new Set(eagerTools(body.tools));
  }

  *say(event: Said): Generator<string> {
    const isCall = event.type === "tool_call" || event.type === "tool_arguments";
    const key = isCall ? `call ${event.call}` : event.type;
    if (this.#open?.key !== key) {
      if (event.type === "tool_arguments")
        throw new Fault("BAD_GATEWAY", "The model's server mixed the arguments of several tool calls. Ask again.");
      yield* this.close(false);
      this.#index++;
      this.#open = { key, isEager: event.type === "tool_call" && this.#eager.has(event.name), held: "" };
      yield typedEvent({ type: "content_block_start", index: this.#index, content_block: begun(event) });
    }
    if (event.type === "tool_arguments" && !this.#open!.isEager) {
      this.#open!.held += event.text;
      yield typedEvent({ type: "ping" });
    } else for (const delta of deltasOf(event)) yield this.#delta(delta);
  }

  *close(isCut: boolean): Generator<string> {
    if (!this.#open) return;
    const { held } = this.#open;
    const isReadable = isCut || argumentsOf(held) !== undefined;
    const said = isReadable ? held : JSON.stringify(unreadInput(held));
    if (said.trim() !== "") yield this.#delta({ type: "input_json_delta", partial_json: said });
    yield typedEvent({ type: "content_block_stop", index: this.#index });
    this.#open = undefined;
  }

  #delta(delta: JsonObject): string {
    return typedEvent({ type: "content_block_delta", index: this.#index, delta });
  }
}

function* eagerTools(tools: Json | undefined): Generator<string> {
  for (const tool of Array.isArray(tools) ? (tools as readonly Json[]) : [])
    if (isJsonObject(tool) && tool.eager_input_streaming === true && typeof tool.name === "string") yield tool.name;
}

function begun(event: Said): JsonObject {
  if (event.type === "reasoning") return { type: "thinking", thinking: "", signature: "" };
  if (event.type === "tool_call")
    return { type: "tool_use", id: event.id, name: event.name, input: {}, caller: { type: "direct" } };
  return { type: "text", text: "", citations: null };
}

function deltasOf(event: Said): readonly JsonObject[] {
  switch (event.type) {
    case "reasoning": {
      const { text, signature } = event;
      return [
        ...(text === "" ? [] : [{ type: "thinking_delta", thinking: text }]),
        ...(signature === undefined ? [] : [{ type: "signature_delta", signature }]),
      ];
    }
    case "tool_call":
      return [];
    case "tool_arguments":
      return [{ type: "input_json_delta", partial_json: event.text }];
    default:
      return [{ type: "text_delta", text: event.text }];
  }
}
