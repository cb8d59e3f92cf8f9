import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { FinishReason, Usage } from "../../events.ts";
import type { AnswerFrame } from "../../surface.ts";

export type Status = "in_progress" | "completed" | "incomplete";

/** Why an answer is not complete, in the protocol's words; absent when it is. */
const incompleteReasons: Readonly<Partial<Record<FinishReason, string>>> = {
  length: "max_output_tokens",
  content_filter: "content_filter",
};

/** What is shown of what the model thought: its text to whoever asked for a summary, its proof to whoever asked to include it. */
export interface Shown {
  readonly text: boolean;
  readonly proof: boolean;
}

export function shownOf({ body }: AnswerFrame): Shown {
  const { reasoning, include } = body;
  const asked = isJsonObject(reasoning) ? (reasoning.summary ?? reasoning.generate_summary ?? null) : null;
  return { text: asked !== null, proof: Array.isArray(include) && include.includes("reasoning.encrypted_content") };
}

/** The response around its items. `finish` and `usage` are null until they are known. */
export function responseOf(
  frame: AnswerFrame,
  output: readonly JsonObject[],
  finish: FinishReason | null,
  usage: Usage | null,
): JsonObject {
  const { id, created, model, body } = frame;
  const reason = finish && incompleteReasons[finish];
  const status: Status = finish === null ? "in_progress" : reason ? "incomplete" : "completed";
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: created,
    status,
    background: false,
    error: null,
    incomplete_details: reason ? { reason } : null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model,
    output,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: body.reasoning ?? null,
    store: false,
    temperature: body.temperature ?? null,
    text: body.text ?? { format: { type: "text" } },
    tool_choice: body.tool_choice ?? "auto",
    tools: body.tools ?? [],
    top_p: body.top_p ?? null,
    truncation: "disabled",
    usage: usage && usageOf(usage),
    user: body.user ?? null,
  };
}

function usageOf({ input_tokens, output_tokens, cached_tokens = 0, reasoning_tokens = 0 }: Usage): JsonObject {
  return {
    input_tokens,
    input_tokens_details: { cached_tokens },
    output_tokens,
    output_tokens_details: { reasoning_tokens },
    total_tokens: input_tokens + output_tokens,
  };
}
