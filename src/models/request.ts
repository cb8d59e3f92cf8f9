import type { JsonObject } from "#base/json.ts";

/**
 * What a chat model is asked, whichever surface it came by and whichever provider answers. A surface reads its protocol's body
 * into this, a provider writes its own protocol's body from it, and guardrails look at every text in between.
 */
export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly tool_choice?: ToolChoice;
  readonly parallel_tool_calls?: boolean;
  readonly sampling: Sampling;
  readonly response_format?: ResponseFormat;
  readonly reasoning?: Reasoning;
  /** The provider is asked to stream. The answer comes as events either way. */
  readonly stream: boolean;
}

export interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly parts: readonly Part[];
}

export type Part =
  | { readonly type: "text"; readonly text: string }
  | Image
  /** `arguments` is the JSON text as the model wrote it, which may be no JSON. */
  | { readonly type: "tool_call"; readonly id: string; readonly name: string; readonly arguments: string }
  /** What a tool gave back to the call `id`. */
  | {
      readonly type: "tool_result";
      readonly id: string;
      readonly parts: readonly (Text | Image)[];
      readonly isError: boolean;
    }
  /** What the model thought, with the provider's own proof of it when there is one. */
  | { readonly type: "reasoning"; readonly text: string; readonly signature?: string }
  | { readonly type: "refusal"; readonly text: string };

export interface Text {
  readonly type: "text";
  readonly text: string;
}

export interface Image {
  readonly type: "image";
  readonly source:
    | { readonly kind: "url"; readonly url: string }
    | { readonly kind: "data"; readonly media_type: string; readonly base64: string };
  readonly detail?: "auto" | "low" | "high";
}

export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject;
  readonly strict?: boolean;
}

export type ToolChoice = "auto" | "none" | "required" | { readonly name: string };

/** Absent: the model's own default. */
export interface Sampling {
  readonly n?: number;
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presence_penalty?: number;
  readonly frequency_penalty?: number;
}

export type ResponseFormat =
  | { readonly type: "text" }
  | { readonly type: "json_object" }
  | { readonly type: "json_schema"; readonly name: string; readonly schema: JsonObject; readonly strict?: boolean };

export interface Reasoning {
  readonly effort?: "minimal" | "low" | "medium" | "high";
  readonly budget_tokens?: number;
}

/** What an embedding model is asked. */
export interface EmbeddingRequest {
  readonly inputs: readonly string[];
  readonly dimensions?: number;
}
