import type { Field } from "../fields.ts";

/** Source of all tables here: openai-node `resources/responses/responses`, ResponseCreateParams and what it holds. */
const STATELESS = "nothing is kept between questions. Send the whole conversation as 'input'.";
const OWN_TOOLS = "only function tools are called. Leave it out.";
const NOT_HERE = "models of this server have no such thing in common. Leave it out.";

// biome-ignore format: a table is read in columns
export const requestFields: Readonly<Record<string, Field>> = {
  input: "read", instructions: "read", tools: "read", tool_choice: "read", parallel_tool_calls: "read", max_output_tokens: "read",
  temperature: "read", top_p: "read", text: "read", reasoning: "read", include: "read", stream: "read", stream_options: "read",
  user: "ignored", metadata: "ignored", safety_identifier: "ignored", prompt_cache_key: "ignored", prompt_cache_retention: "ignored",
  prompt_cache_options: "ignored",
  service_tier: { only: ["auto", "default"], otherwise: "use auto." },
  store: { only: [false], otherwise: STATELESS }, background: { only: [false], otherwise: "wait for the answer, or stream it." },
  truncation: { only: ["disabled"], otherwise: "leave out earlier items yourself." },
  top_logprobs: { only: [0], otherwise: NOT_HERE },
  previous_response_id: { refused: STATELESS }, conversation: { refused: STATELESS }, prompt: { refused: STATELESS },
  context_management: { refused: STATELESS }, moderation: { refused: "guardrails are the endpoint's own." },
  max_tool_calls: { refused: OWN_TOOLS },
  custom_inputs: { refused: "models do not take it, agents do." },
  databricks_options: { refused: "models do not take it, agents do." },
};

/** What to add to the answer: what a model thought, sealed, is all that there is to add. */
export const included = ["reasoning.encrypted_content"] as const;

export const streamFields: Readonly<Record<string, Field>> = { include_obfuscation: "ignored" };

// biome-ignore format: a table is read in columns
export const reasoningFields: Readonly<Record<string, Field>> = {
  effort: "read", summary: "read", generate_summary: "read",
  context: { only: ["auto"], otherwise: NOT_HERE }, mode: { only: ["standard"], otherwise: NOT_HERE },
};

export const textFields: Readonly<Record<string, Field>> = {
  format: "read",
  verbosity: { only: ["medium"], otherwise: NOT_HERE },
};

export const formatFields = {
  text: { type: "read" },
  json_object: { type: "read" },
  json_schema: { type: "read", name: "read", schema: "read", strict: "read", description: "ignored" },
} as const;

// biome-ignore format: a table is read in columns
export const toolFields: Readonly<Record<string, Field>> = {
  type: "read", name: "read", description: "read", parameters: "read", strict: "read",
  output_schema: "ignored", allowed_callers: { only: [["direct"]], otherwise: OWN_TOOLS }, defer_loading: { only: [false], otherwise: OWN_TOOLS },
};

export const toolChoiceFields: Readonly<Record<string, Field>> = { type: "read", name: "read" };

/** Items come back as they were told, so that what they say of themselves is no part of the question. */
const told = { id: "ignored", status: "ignored" } as const;

/** By the item's `type`. Other items are those of the provider's own tools, or refer to what it kept. */
// biome-ignore format: a table is read in columns
export const itemFields = {
  message:              { type: "read", role: "read", content: "read", phase: "ignored", ...told },
  function_call:        { type: "read", call_id: "read", name: "read", arguments: "read", caller: { only: [{ type: "direct" }], otherwise: OWN_TOOLS },
                          namespace: { refused: OWN_TOOLS }, ...told },
  function_call_output: { type: "read", call_id: "read", output: "read", caller: { only: [{ type: "direct" }], otherwise: OWN_TOOLS }, ...told },
  reasoning:            { type: "read", summary: "read", content: "read", encrypted_content: "read", ...told },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Field>>>>;

/** By the content's `type`. `input_file` is not among them: no provider here reads files. */
// biome-ignore format: a table is read in columns
export const contentFields = {
  input_text:  { type: "read", text: "read", prompt_cache_breakpoint: "ignored" },
  output_text: { type: "read", text: "read", annotations: "ignored", logprobs: "ignored" },
  refusal:     { type: "read", refusal: "read" },
  input_image: { type: "read", image_url: "read", detail: "read", prompt_cache_breakpoint: "ignored",
                 file_id: { refused: "no files are kept here. Send the image as a data: URL." } },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Field>>>>;
