import type { JsonObject } from "#base/json.ts";

const text: JsonObject = { type: "string" };
const number: JsonObject = { type: "number" };
const whole: JsonObject = { type: "integer" };
const flag: JsonObject = { type: "boolean" };
const object: JsonObject = { type: "object" };
const list = (items: JsonObject): JsonObject => ({ type: "array", items });
const either = (...oneOf: JsonObject[]): JsonObject => ({ oneOf });
const body = (required: readonly string[], properties: JsonObject): JsonObject => ({
  type: "object",
  required,
  properties,
});

const message = body(["role"], { role: text, content: either(text, list(object)), tool_calls: list(object) });

/** How a body to an endpoint looks, and its answer. */
export interface QuerySchemas {
  readonly request: JsonObject;
  readonly response: JsonObject;
  /** It may be asked for as server-sent events. */
  readonly streams: boolean;
}

/** By what an endpoint serves, in JSON Schema. Sources: OpenAI's API reference for chat and embeddings; mlflow `types/responses.py`. */
export const querySchemas: Readonly<Record<"llm/v1/chat" | "llm/v1/embeddings" | "agent/v1/responses", QuerySchemas>> =
  {
    "llm/v1/chat": {
      streams: true,
      request: body(["messages"], {
        messages: list(message),
        tools: list(object),
        tool_choice: either(text, object),
        parallel_tool_calls: flag,
        stream: flag,
        stream_options: object,
        n: whole,
        max_tokens: whole,
        max_completion_tokens: whole,
        temperature: number,
        top_p: number,
        top_k: whole,
        stop: either(text, list(text)),
        seed: whole,
        presence_penalty: number,
        frequency_penalty: number,
        response_format: object,
        reasoning_effort: text,
        thinking: object,
      }),
      response: body(["id", "object", "created", "model", "choices"], {
        id: text,
        object: text,
        created: whole,
        model: text,
        choices: list(body(["index", "message", "finish_reason"], { index: whole, message, finish_reason: text })),
        usage: object,
      }),
    },
    "llm/v1/embeddings": {
      streams: false,
      request: body(["input"], { input: either(text, list(text)), dimensions: whole, encoding_format: text }),
      response: body(["object", "data", "model", "usage"], {
        object: text,
        data: list(
          body(["object", "index", "embedding"], { object: text, index: whole, embedding: either(list(number), text) }),
        ),
        model: text,
        usage: object,
      }),
    },
    "agent/v1/responses": {
      streams: true,
      request: body(["input"], {
        input: either(text, list(object)),
        stream: flag,
        custom_inputs: object,
        databricks_options: object,
      }),
      response: body(["id", "object", "output"], {
        id: text,
        object: text,
        output: list(object),
        custom_outputs: object,
        databricks_output: object,
      }),
    },
  };
