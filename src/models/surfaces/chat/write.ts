import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { Answer, Choice } from "../../answer.ts";
import type { Usage } from "../../events.ts";
import type { AnswerFrame } from "../../surface.ts";

/** An answer as a completion. */
export function completion({ choices, usage }: Answer, frame: AnswerFrame): JsonObject {
  const { id, created, model } = frame;
  return {
    id: `chatcmpl-${id}`,
    object: "chat.completion",
    created,
    model,
    choices: choices.map((one, index) => choiceOf(one, index, showsParts(frame))),
    ...(usage && { usage: usageOf(usage) }),
  };
}

function choiceOf(choice: Choice, index: number, isInParts: boolean): JsonObject {
  const { text, reasoning, signature, refusal, tool_calls, finish } = choice;
  const hasParts = isInParts && (reasoning !== "" || signature !== undefined);
  const calls = tool_calls.map(({ id, name, arguments: said }) => ({
    id,
    type: "function",
    function: { name, arguments: said },
  }));
  return {
    index,
    message: {
      role: "assistant",
      content: hasParts
        ? [thoughtPart(reasoning, signature), ...(text === "" ? [] : [{ type: "text", text }])]
        : text === "" && (calls.length > 0 || refusal !== "")
          ? null
          : text,
      refusal: refusal === "" ? null : refusal,
      ...(reasoning !== "" && !isInParts && { reasoning_content: reasoning }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    logprobs: null,
    finish_reason: finish,
  };
}

/**
 * What the model thought is a part of the content for whoever asks to think in Databricks' own word, `thinking`; for others it stands
 * beside what the model says, as `reasoning_content`, where most servers with this protocol put it. Source: Databricks docs "Query
 * reasoning models".
 */
export const showsParts = ({ body }: AnswerFrame): boolean => isJsonObject(body.thinking);

export const thoughtPart = (text: string, signature = ""): JsonObject => ({
  type: "reasoning",
  summary: [{ type: "summary_text", text, signature }],
});

export function usageOf({ input_tokens, output_tokens, cached_tokens, reasoning_tokens }: Usage): JsonObject {
  return {
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens: input_tokens + output_tokens,
    ...(cached_tokens !== undefined && { prompt_tokens_details: { cached_tokens } }),
    ...(reasoning_tokens !== undefined && { completion_tokens_details: { reasoning_tokens } }),
  };
}
