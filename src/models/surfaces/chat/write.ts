import type { JsonObject } from "#base/json.ts";
import type { Answer, Choice } from "../../answer.ts";
import type { AnswerEvent, Usage } from "../../events.ts";
import type { AnswerFrame } from "../../surface.ts";

/** An answer as a completion. What the model thought stands beside what it says, as most servers with this protocol put it. */
export function completion({ choices, usage }: Answer, { id, created, model }: AnswerFrame): JsonObject {
  return {
    id: `chatcmpl-${id}`,
    object: "chat.completion",
    created,
    model,
    choices: choices.map(choiceOf),
    ...(usage && { usage: usageOf(usage) }),
  };
}

function choiceOf({ text, reasoning, refusal, tool_calls, finish }: Choice, index: number): JsonObject {
  const calls = tool_calls.map(({ id, name, arguments: said }) => ({
    id,
    type: "function",
    function: { name, arguments: said },
  }));
  return {
    index,
    message: {
      role: "assistant",
      content: text === "" && (calls.length > 0 || refusal !== "") ? null : text,
      refusal: refusal === "" ? null : refusal,
      ...(reasoning !== "" && { reasoning_content: reasoning }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    logprobs: null,
    finish_reason: finish,
  };
}

export function usageOf({ input_tokens, output_tokens, cached_tokens, reasoning_tokens }: Usage): JsonObject {
  return {
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens: input_tokens + output_tokens,
    ...(cached_tokens !== undefined && { prompt_tokens_details: { cached_tokens } }),
    ...(reasoning_tokens !== undefined && { completion_tokens_details: { reasoning_tokens } }),
  };
}

/** An answer as a stream of chunks, up to `[DONE]`; usage is told when it was asked for (`stream_options.include_usage`). */
export async function* chunks(events: AsyncIterable<AnswerEvent>, frame: AnswerFrame): AsyncGenerator<string> {
  const { id, created, model, body } = frame;
  const head = { id: `chatcmpl-${id}`, object: "chat.completion.chunk", created, model };
  const options = body.stream_options;
  const wantsUsage =
    typeof options === "object" && options !== null && "include_usage" in options && options.include_usage === true;
  const data = (more: object): string => `data: ${JSON.stringify({ ...head, ...more })}\n\n`;
  const delta = (index: number, said: JsonObject, finish_reason: string | null = null): string =>
    data({ choices: [{ index, delta: said, logprobs: null, finish_reason }], ...(wantsUsage && { usage: null }) });
  const begun = new Set<number>();
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
    yield event.type === "finish" ? delta(choice, {}, event.reason) : delta(choice, deltaOf(event));
  }
  yield "data: [DONE]\n\n";
}

function deltaOf(event: Exclude<AnswerEvent, { readonly type: "finish" | "usage" }>): JsonObject {
  switch (event.type) {
    case "text":
      return { content: event.text };
    case "reasoning":
      return { reasoning_content: event.text };
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
