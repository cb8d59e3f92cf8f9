import type { JsonObject } from "#base/json.ts";
import type { Image, Message, ModelRequest, Part } from "../../request.ts";
import { unsupported } from "../sampling.ts";

/** What a server with the protocol takes beside what OpenAI's own has. */
export type Beyond = "top_k" | "thinking";

/**
 * A question as this server takes it. Sources: of what OpenAI takes, platform.openai.com/docs/api-reference/chat/create; of `top_k` and
 * `thinking`, Databricks docs on the Foundation Model REST API, and vLLM's and llama.cpp's on their servers.
 * @throws Fault BAD_REQUEST naming what it does not take: a model that is asked otherwise than the caller wanted would be no answer.
 */
export function askedBody(request: ModelRequest, model: string, beyond: readonly Beyond[]): JsonObject {
  const { top_k } = request.sampling;
  const { budget_tokens = 0 } = request.reasoning ?? {};
  if (top_k !== undefined && !beyond.includes("top_k")) throw unsupported("top_k", "Leave it out.");
  if (budget_tokens > 0 && !beyond.includes("thinking"))
    throw unsupported("budget_tokens", "Ask for an effort instead, or leave it out.");
  return {
    ...chatBody(request, model),
    ...(top_k !== undefined && { top_k }),
    ...(budget_tokens > 0 && { thinking: { type: "enabled", budget_tokens } }),
  };
}

/**
 * A question as OpenAI's chat completions spell it. Source: platform.openai.com/docs/api-reference/chat/create.
 * What the model thought before is not sent back: the protocol has no place for it.
 */
export function chatBody(request: ModelRequest, model: string): JsonObject {
  const { messages, tools, tool_choice, parallel_tool_calls, sampling, response_format, reasoning, stream } = request;
  const { top_k: _, ...known } = sampling;
  return {
    model,
    messages: messages.flatMap(messagesOf),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters, strict }) => ({
        type: "function",
        function: {
          name,
          ...(description !== undefined && { description }),
          parameters,
          ...(strict !== undefined && { strict }),
        },
      })),
    }),
    ...(tool_choice !== undefined && {
      tool_choice: typeof tool_choice === "string" ? tool_choice : { type: "function", function: tool_choice },
    }),
    ...(parallel_tool_calls !== undefined && { parallel_tool_calls }),
    ...known,
    ...(response_format && { response_format: formatOf(response_format) }),
    ...(reasoning?.effort && { reasoning_effort: reasoning.effort }),
    stream,
    ...(stream && { stream_options: { include_usage: true } }),
  };
}

function formatOf(format: NonNullable<ModelRequest["response_format"]>): JsonObject {
  if (format.type !== "json_schema") return { type: format.type };
  const { name, schema, strict } = format;
  return { type: "json_schema", json_schema: { name, schema, ...(strict !== undefined && { strict }) } };
}

/** A message's results of tools are messages of their own here. */
function messagesOf({ role, parts }: Message): JsonObject[] {
  const results = parts.filter((part) => part.type === "tool_result");
  const made = results.map(
    ({ id, parts: said }): JsonObject => ({
      role: "tool",
      tool_call_id: id,
      content: said.map((part) => (part.type === "text" ? part.text : "")).join(""),
    }),
  );
  const rest = parts.filter((part) => part.type !== "tool_result" && part.type !== "reasoning");
  if (rest.length > 0) made.push(role === "assistant" ? assistant(rest) : { role, content: contentOf(rest) });
  return made;
}

function assistant(parts: readonly Part[]): JsonObject {
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  const refusal = parts.map((part) => (part.type === "refusal" ? part.text : "")).join("");
  const calls = parts.filter((part) => part.type === "tool_call");
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    ...(refusal !== "" && { refusal }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, arguments: text }) => ({
        id,
        type: "function",
        function: { name, arguments: text },
      })),
    }),
  };
}

/** One text stays a text: not every server with this protocol takes a list. */
export function contentOf(parts: readonly Part[]): string | JsonObject[] {
  if (parts.every((part) => part.type === "text")) return parts.map((part) => part.text).join("");
  return parts.flatMap((part): JsonObject[] => {
    if (part.type === "text") return [{ type: "text", text: part.text }];
    return part.type === "image" ? [{ type: "image_url", image_url: imageOf(part) }] : [];
  });
}

const imageOf = ({ source, detail }: Image): JsonObject => ({
  url: source.kind === "url" ? source.url : `data:${source.media_type};base64,${source.base64}`,
  ...(detail !== undefined && { detail }),
});
