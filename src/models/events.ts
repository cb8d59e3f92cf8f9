/** Tokens as the provider counted them; `isEstimate` when it counted none and we did. */
export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** Of the input, those read from the provider's own prompt cache. */
  readonly cached_tokens?: number;
  /** Of the output, those thought and not said. */
  readonly reasoning_tokens?: number;
  readonly isEstimate?: true;
}

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter";

/**
 * A model's answer, piece by piece, in one form for every provider and surface: what guardrails hold back, mask and cut.
 * `choice` counts from 0 (`n` of them); `call` counts a choice's tool calls from 0. A `tool_call` opens a call and its
 * `tool_arguments` follow. Each choice ends by one `finish`; `usage` comes once, last, if at all.
 */
export type AnswerEvent =
  | { readonly type: "text"; readonly choice: number; readonly text: string }
  | { readonly type: "reasoning"; readonly choice: number; readonly text: string; readonly signature?: string }
  | { readonly type: "refusal"; readonly choice: number; readonly text: string }
  | {
      readonly type: "tool_call";
      readonly choice: number;
      readonly call: number;
      readonly id: string;
      readonly name: string;
    }
  | { readonly type: "tool_arguments"; readonly choice: number; readonly call: number; readonly text: string }
  | { readonly type: "finish"; readonly choice: number; readonly reason: FinishReason }
  | { readonly type: "usage"; readonly usage: Usage };

/** An embedding model's answer: a vector for each input, in order. */
export interface Embeddings {
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage;
}
