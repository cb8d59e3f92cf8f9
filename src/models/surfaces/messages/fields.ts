import type { Field } from "../fields.ts";

/** Source of all tables here: @anthropic-ai/sdk `resources/messages`, MessageCreateParams and what it holds. */
const NO_SERVER = "nothing of the provider's own server is reached through here. Leave it out.";

/** `cache_control` asks a provider to keep what it read. It changes cost, never the answer, so that it may be left out. */
const cached = { cache_control: "ignored" } as const;

// biome-ignore format: a table is read in columns
export const requestFields: Readonly<Record<string, Field>> = {
  messages: "read", system: "read", max_tokens: "read", temperature: "read", top_p: "read", top_k: "read", stop_sequences: "read",
  tools: "read", tool_choice: "read", thinking: "read", output_config: "read", stream: "read",
  metadata: "ignored", service_tier: "ignored", ...cached,
  speed: { only: ["standard"], otherwise: "leave it out." },
  container: { refused: NO_SERVER }, context_management: { refused: NO_SERVER }, mcp_servers: { refused: NO_SERVER },
  diagnostics: { refused: NO_SERVER }, inference_geo: { refused: NO_SERVER }, user_profile_id: { refused: NO_SERVER },
  workspace_id: { refused: NO_SERVER },
};

export const messageFields: Readonly<Record<string, Field>> = { role: "read", content: "read" };

const NO_CITATIONS = "models of this server cite nothing. Leave it out.";

/** By the block's `type`. Other blocks are those of the provider's own tools and files. */
// biome-ignore format: a table is read in columns
export const blockFields = {
  text:        { type: "read", text: "read", citations: { only: [[]], otherwise: NO_CITATIONS }, ...cached },
  image:       { type: "read", source: "read", transformations: { refused: "send the image as it should be seen." }, ...cached },
  tool_use:    { type: "read", id: "read", name: "read", input: "read", caller: { only: [{ type: "direct" }], otherwise: NO_SERVER },
                 toolset_name: { refused: NO_SERVER }, ...cached },
  tool_result: { type: "read", tool_use_id: "read", content: "read", is_error: "read", toolset_name: { refused: NO_SERVER }, ...cached },
  thinking:    { type: "read", thinking: "read", signature: "read" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Field>>>>;

export type BlockType = keyof typeof blockFields;

/** Which blocks a message of each role may have. */
export const blocksOf: Readonly<Record<"user" | "assistant" | "system", readonly BlockType[]>> = {
  user: ["text", "image", "tool_result"],
  assistant: ["text", "tool_use", "thinking"],
  system: ["text"],
};

export const sourceFields = {
  base64: { type: "read", media_type: "read", data: "read" },
  url: { type: "read", url: "read" },
} as const;

// biome-ignore format: a table is read in columns
export const toolFields: Readonly<Record<string, Field>> = {
  name: "read", description: "read", input_schema: "read", strict: "read", eager_input_streaming: "read", ...cached,
  type: { only: ["custom"], otherwise: "only tools of your own are called. Leave it out." },
  allowed_callers: { only: [["direct"]], otherwise: NO_SERVER }, defer_loading: { only: [false], otherwise: NO_SERVER },
  input_examples: { refused: "put them into 'description'." },
};

export const toolChoiceFields: Readonly<Record<string, Field>> = {
  type: "read",
  name: "read",
  disable_parallel_tool_use: "read",
};

export const thinkingFields: Readonly<Record<string, Field>> = {
  type: "read",
  budget_tokens: "read",
  display: { only: ["summarized"], otherwise: "leave out 'thinking' when its text is not wanted." },
};

export const outputFields: Readonly<Record<string, Field>> = { effort: "read", format: "read" };
export const formatFields: Readonly<Record<string, Field>> = { type: "read", schema: "read" };
