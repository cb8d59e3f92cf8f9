import { isJsonObject, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { Answer } from "../../answer.ts";
import type { AnswerEvent, FinishReason, Usage } from "../../events.ts";
import type { AnswerFrame } from "../../surface.ts";
import { argumentsOf, readCalls, unreadableCall } from "../calls.ts";
import { typedEvent } from "../sent.ts";

/** Which stop sequence was met is not told by every provider; an answer that met one ends as one that was all said. */
const stopReasons: Readonly<Record<FinishReason, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
};

/** What the model thought is shown to whoever asked it to think. */
function showsThinking({ body }: AnswerFrame): boolean {
  const { thinking } = body;
  return isJsonObject(thinking) && (thinking.type === "enabled" || thinking.type === "adaptive");
}

const headOf = ({ id, model }: AnswerFrame) =>
  ({ id: `msg_${id}`, type: "message", role: "assistant", model, container: null }) as const;

/** The protocol counts what came from the cache apart from the rest of the input. */
function usageOf({ input_tokens, output_tokens, cached_tokens = 0, reasoning_tokens }: Usage): JsonObject {
  return {
    input_tokens: input_tokens - cached_tokens,
    cache_creation_input_tokens: null,
    cache_read_input_tokens: cached_tokens,
    output_tokens,
    ...(reasoning_tokens !== undefined && { output_tokens_details: { thinking_tokens: reasoning_tokens } }),
    server_tool_use: null,
  };
}

/** Until the provider has counted. */
const UNCOUNTED: Usage = { input_tokens: 0, output_tokens: 0 };

function stopOf(finish: FinishReason, isRefused: boolean): JsonObject {
  const stop_reason = isRefused ? "refusal" : stopReasons[finish];
  const stop_details = stop_reason === "refusal" ? { type: "refusal", category: null, explanation: null } : null;
  return { stop_reason, stop_sequence: null, stop_details };
}

/** An answer as a message; the protocol has one choice. @throws Fault BAD_GATEWAY for a call with arguments that are no object. */
export function message({ choices, usage = UNCOUNTED }: Answer, frame: AnswerFrame): JsonObject {
  const [choice] = choices;
  if (!choice) throw new Fault("BAD_GATEWAY", "The model gave no answer. Ask again.");
  const { text, reasoning, signature = "", refusal } = choice;
  const hasThought = reasoning !== "" || signature !== "";
  return {
    ...headOf(frame),
    content: [
      ...(hasThought && showsThinking(frame) ? [{ type: "thinking", thinking: reasoning, signature }] : []),
      ...[text, refusal].filter((said) => said !== "").map((said) => ({ type: "text", text: said, citations: null })),
      ...readCalls(choice).map((call) => ({ type: "tool_use", ...call, caller: { type: "direct" } })),
    ],
    ...stopOf(choice.finish, refusal !== ""),
    usage: usageOf(usage),
  };
}

type Said = Exclude<AnswerEvent, { readonly type: "usage" | "finish" }>;

interface Block {
  /** Text and refusal are blocks of their own; so is each call. */
  readonly key: string;
  /** Of a call, to be told when its arguments turn out to be no JSON. */
  readonly name: string;
  arguments: string;
}

/** Writes the blocks of a message one after another: one is open at a time, as the protocol's readers expect. */
class Blocks {
  #index = -1;
  #open: Block | undefined;

  *say(event: Said): Generator<string> {
    const isCall = event.type === "tool_call" || event.type === "tool_arguments";
    const key = isCall ? `call ${event.call}` : event.type;
    if (this.#open?.key !== key) {
      if (event.type === "tool_arguments")
        throw new Fault("BAD_GATEWAY", "The model's server mixed the arguments of several tool calls. Ask again.");
      yield* this.close(false);
      this.#index++;
      this.#open = { key, name: event.type === "tool_call" ? event.name : "", arguments: "" };
      yield typedEvent({ type: "content_block_start", index: this.#index, content_block: begun(event) });
    }
    if (event.type === "tool_arguments") this.#open!.arguments += event.text;
    for (const delta of deltasOf(event)) yield typedEvent({ type: "content_block_delta", index: this.#index, delta });
  }

  *close(isCut: boolean): Generator<string> {
    if (!this.#open) return;
    const { key, name, arguments: text } = this.#open;
    if (key.startsWith("call") && !isCut && !argumentsOf(text)) throw unreadableCall(name);
    yield typedEvent({ type: "content_block_stop", index: this.#index });
    this.#open = undefined;
  }
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

/** An answer as a stream, up to `message_stop`. What was counted comes with the reason why it ended. */
export async function* messageEvents(events: AsyncIterable<AnswerEvent>, frame: AnswerFrame): AsyncGenerator<string> {
  const blocks = new Blocks();
  const isShown = showsThinking(frame);
  let finish: FinishReason = "stop";
  let isRefused = false;
  let usage = UNCOUNTED;
  const unsaid = { content: [], stop_reason: null, stop_sequence: null, stop_details: null };
  const start = { ...headOf(frame), ...unsaid, usage: usageOf(UNCOUNTED) };
  yield typedEvent({ type: "message_start", message: start });
  yield typedEvent({ type: "ping" });
  for await (const event of events) {
    if (event.type === "usage") usage = event.usage;
    else if (event.type === "finish") finish = event.reason;
    else if (isHeard(event, isShown)) {
      isRefused ||= event.type === "refusal";
      yield* blocks.say(event);
    }
  }
  yield* blocks.close(finish === "length");
  yield typedEvent({ type: "message_delta", delta: stopOf(finish, isRefused), usage: usageOf(usage) });
  yield typedEvent({ type: "message_stop" });
}

/** An empty text opens no block, and what was thought is not shown to everyone. */
function isHeard(event: Said, isThinkingShown: boolean): boolean {
  if (event.type === "reasoning") return isThinkingShown && (event.text !== "" || Boolean(event.signature));
  return event.type === "tool_call" || event.text !== "";
}
