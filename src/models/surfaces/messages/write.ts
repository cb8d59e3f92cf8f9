import { isJsonObject, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { Answer } from "../../answer.ts";
import type { AnswerEvent, FinishReason, Usage } from "../../events.ts";
import type { AnswerFrame } from "../../surface.ts";
import { readCalls } from "../calls.ts";
import { callsInTurn } from "../calls-in-turn.ts";
import { typedEvent } from "../sent.ts";
import { Blocks, type Said } from "./told-blocks.ts";

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

/** An answer as a message; the protocol has one choice. @throws Fault BAD_GATEWAY when there is none. */
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

/** An answer as a stream, up to `message_stop`. What was counted comes with the reason why it ended. */
export async function* messageEvents(events: AsyncIterable<AnswerEvent>, frame: AnswerFrame): AsyncGenerator<string> {
  const blocks = new Blocks(frame);
  const isShown = showsThinking(frame);
  let finish: FinishReason = "stop";
  let isRefused = false;
  let usage = UNCOUNTED;
  const unsaid = { content: [], stop_reason: null, stop_sequence: null, stop_details: null };
  const start = { ...headOf(frame), ...unsaid, usage: usageOf(UNCOUNTED) };
  yield typedEvent({ type: "message_start", message: start });
  yield typedEvent({ type: "ping" });
  for await (const event of callsInTurn(events)) {
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
