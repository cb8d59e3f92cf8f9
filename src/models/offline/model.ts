import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionRequest,
  ToolCall,
  Usage,
} from "#wire/serving/chat.ts";
import { textOf } from "#wire/serving/chat.ts";
import type { ChatModel } from "../port.ts";
import { planStep } from "./plan.ts";

/** What every response of it says in `model`, whatever name it was asked for by. */
export const OFFLINE_MODEL = "lakeward-offline";

/**
 * The built-in model: rules, no weights. The same request gives the same step; only ids and times differ.
 * Chat completions with `tools`, `tool_choice`, `tool_calls`, streaming and usage (platform.openai.com/docs/api-reference/chat).
 */
export function offlineModel(ports: { readonly clock: Clock; readonly ids: IdSource }): ChatModel {
  const answer = (request: ChatCompletionRequest): ChatCompletion => {
    const step = planStep(request);
    const tool_calls =
      step.kind === "call"
        ? step.calls.map(
            (call): ToolCall => ({
              id: `call_${ports.ids.hex(12)}`,
              type: "function",
              function: { name: call.name, arguments: JSON.stringify(call.arguments) },
            }),
          )
        : undefined;
    const content = step.kind === "say" ? step.text : null;
    return {
      id: `chatcmpl-${ports.ids.hex(12)}`,
      object: "chat.completion",
      created: Math.floor(ports.clock.now_ms() / 1000),
      model: OFFLINE_MODEL,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content, refusal: null, ...(tool_calls && { tool_calls }) },
          logprobs: null,
          finish_reason: tool_calls ? "tool_calls" : "stop",
        },
      ],
      usage: usageOf(request, content ?? JSON.stringify(tool_calls)),
    };
  };
  return {
    complete: async (request) => answer(request),
    stream: (request) => chunksOf(answer(request), request.stream_options?.include_usage === true),
  };
}

/** Splits a completion into the chunks of a stream: the role, the text word by word or the calls, the reason for ending. */
async function* chunksOf(whole: ChatCompletion, withUsage: boolean): AsyncIterable<ChatCompletionChunk> {
  const { id, created, model, usage } = whole;
  const choice = whole.choices[0]!;
  const { content, tool_calls } = choice.message;
  const chunk = (
    delta: ChatCompletionChunk["choices"][number]["delta"],
    finish: string | null,
  ): ChatCompletionChunk => ({
    id,
    object: "chat.completion.chunk",
    created,
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  yield chunk({ role: "assistant", content: content === null ? null : "" }, null);
  for (const piece of content?.match(/\s*\S+\s*?(?=\s|$)|\s+$/g) ?? []) yield chunk({ content: piece }, null);
  for (const [index, call] of (tool_calls ?? []).entries()) {
    const { name, arguments: args } = call.function;
    yield chunk({ tool_calls: [{ index, id: call.id, type: call.type, function: { name, arguments: args } }] }, null);
  }
  yield chunk({}, choice.finish_reason);
  if (withUsage) yield { id, object: "chat.completion.chunk", created, model, choices: [], usage };
}

/** Tokens as words and marks: the model has no tokenizer of its own, and this is what it reads. */
function usageOf(request: ChatCompletionRequest, answer: string): Usage {
  const count = (text: string): number => text.match(/\w+|[^\s\w]/g)?.length ?? 0;
  const prompt = request.messages.map((one) => textOf(one.content)).join("\n") + JSON.stringify(request.tools ?? "");
  const prompt_tokens = count(prompt);
  const completion_tokens = count(answer);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
