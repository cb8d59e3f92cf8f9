import type { Field } from "../fields.ts";

/** Source of all tables here: platform.openai.com/docs/api-reference/chat/create. */
const LATER = "models of this server have no such thing in common.";

// biome-ignore format: a table is read in columns
export const requestFields: Readonly<Record<string, Field>> = {
  messages: "read", tools: "read", tool_choice: "read", parallel_tool_calls: "read", stream: "read", stream_options: "read",
  n: "read", max_tokens: "read", max_completion_tokens: "read", temperature: "read", top_p: "read", top_k: "read", stop: "read", seed: "read",
  presence_penalty: "read", frequency_penalty: "read", response_format: "read", reasoning_effort: "read", thinking: "read",
  user: "ignored", metadata: "ignored", store: "ignored", service_tier: "ignored", safety_identifier: "ignored", prompt_cache_key: "ignored",
  logprobs: { refused: LATER }, top_logprobs: { refused: LATER }, logit_bias: { refused: LATER }, audio: { refused: LATER },
  modalities: { refused: LATER }, prediction: { refused: LATER }, web_search_options: { refused: LATER }, verbosity: { refused: LATER },
  functions: { refused: "use 'tools'." }, function_call: { refused: "use 'tool_choice'." },
  databricks_options: { refused: "models do not take it, agents do. databricks_options is not supported by an endpoint that serves a model." },
};

export const messageFields: Readonly<Record<string, Field>> = {
  role: "read",
  content: "read",
  refusal: "read",
  tool_calls: "read",
  tool_call_id: "read",
  reasoning_content: "read",
  name: "ignored",
  annotations: "ignored",
  audio: { refused: LATER },
  function_call: { refused: "use 'tool_calls'." },
};

export const partFields: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  text: { type: "read", text: "read", cache_control: "ignored" },
  image_url: { type: "read", image_url: "read" },
  refusal: { type: "read", refusal: "read" },
  reasoning: { type: "read", summary: "read" },
};

export const toolFields: Readonly<Record<string, Field>> = { type: "read", function: "read" };
export const functionFields: Readonly<Record<string, Field>> = {
  name: "read",
  description: "read",
  parameters: "read",
  strict: "read",
};
export const callFields: Readonly<Record<string, Field>> = {
  id: "read",
  type: "read",
  function: "read",
  index: "ignored",
};
export const calledFields: Readonly<Record<string, Field>> = { name: "read", arguments: "read" };
