import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { AnswerEvent } from "../../events.ts";
import type { AnswerFrame } from "../../surface.ts";
import { DONE, dataEvent } from "../sent.ts";
import { showsParts, thoughtPart, usageOf } from "./write.ts";

/** A line that readers skip, for what stands between: a connection on which nothing comes for long is cut. */
const STILL_THINKING = ": still thinking\n\n";

/**
 * An answer as a stream of chunks, up to `[DONE]`; usage is told when it was asked for (`stream_options.include_usage`).
 * `reasoning_content` comes in one piece, when the choice goes on to something else: OpenAI's own reader keeps of a field that it does
 * not know the last value alone.
 */
export async function* chunks(events: AsyncIterable<AnswerEvent>, frame: AnswerFrame): AsyncGenerator<string> {
  const { id, created, model, body } = frame;
  const head = { id: `chatcmpl-${id}`, object: "chat.completion.chunk", created, model };
  const wantsUsage = isJsonObject(body.stream_options) && body.stream_options.include_usage === true;
  const isInParts = showsParts(frame);
  const data = (more: object): string => dataEvent({ ...head, ...more });
  const delta = (index: number, said: JsonObject, finish_reason: string | null = null): string =>
    data({ choices: [{ index, delta: said, logprobs: null, finish_reason }], ...(wantsUsage && { usage: null }) });
  const begun = new Set<number>();
  const thoughts = new Map<number, string>();
  for await (const event of events) {
    if (event.type === "usage") {
      if (wantsUsage) yield data({ choices: [], usage: usageOf(event.usage) });
      continue;
    }
    const { choice } = event;
    if (!begun.has(choice)) {
      begun.add(choice);
      yield delta(choice, { role: "assistant", content: event.type === "tool_call" ? null : "" });
    }
    if (event.type === "reasoning" && !isInParts) {
      thoughts.set(choice, (thoughts.get(choice) ?? "") + event.text);
      yield STILL_THINKING;
      continue;
    }
    const reasoning_content = thoughts.get(choice);
    if (reasoning_content) yield delta(choice, { reasoning_content });
    thoughts.delete(choice);
    yield event.type === "finish" ? delta(choice, {}, event.reason) : delta(choice, deltaOf(event));
  }
  yield DONE;
}

function deltaOf(event: Exclude<AnswerEvent, { readonly type: "finish" | "usage" }>): JsonObject {
  switch (event.type) {
    case "text":
      return { content: event.text };
    case "reasoning":
      return { content: [thoughtPart(event.text, event.signature)] };
    case "refusal":
      return { refusal: event.text };
    case "tool_call": {
      const { call: index, id, name } = event;
      return { tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] };
    }
    case "tool_arguments":
      return { tool_calls: [{ index: event.call, function: { arguments: event.text } }] };
  }
}
