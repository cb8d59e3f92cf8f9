import type { JsonObject } from "#base/json.ts";
import type { Message, ModelRequest, Part, Reasoning, ResponseFormat, ToolChoice } from "../../request.ts";
import { contentOf } from "../openai/request.ts";
import { type SamplingWords, samplingBody, unsupported } from "../sampling.ts";

/** Source of all here: the `cohere-ai` package, V2ChatRequest and what it holds. */
const words: SamplingWords = {
  max_tokens: "max_tokens",
  temperature: "temperature",
  top_p: "p",
  top_k: "k",
  stop: "stop_sequences",
  seed: "seed",
  presence_penalty: "presence_penalty",
  frequency_penalty: "frequency_penalty",
};

/** What a model may think: the protocol has budgets and no efforts, and a high one is unbounded. Tokens. */
const budgets: Readonly<Partial<Record<NonNullable<Reasoning["effort"]>, number>>> = {
  minimal: 512,
  low: 1_024,
  medium: 4_096,
};

/** A question as Cohere's Chat (v2) spells it. @throws Fault BAD_REQUEST for what the protocol has no place for. */
export function cohereBody(request: ModelRequest, model: string): JsonObject {
  const { messages, tools, tool_choice, parallel_tool_calls, sampling, response_format, reasoning, stream } = request;
  if (parallel_tool_calls === false) throw unsupported("parallel_tool_calls", "Leave it out.");
  return {
    model,
    messages: messages.flatMap(messagesOf),
    ...samplingBody(sampling, words),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: "function",
        function: { name, ...(description !== undefined && { description }), parameters },
      })),
      ...(tools.some(({ strict }) => strict === true) && { strict_tools: true }),
      ...choiceOf(tool_choice),
    }),
    ...formatOf(response_format),
    ...(reasoning && { thinking: thinkingOf(reasoning) }),
    stream,
  };
}

/** To call or not as the model sees fit is what is done without a word. */
function choiceOf(choice: ToolChoice | undefined): JsonObject {
  if (typeof choice === "object") throw unsupported("tool_choice", "Give the one tool alone, with 'required'.");
  return choice === undefined || choice === "auto" ? {} : { tool_choice: choice.toUpperCase() };
}

function formatOf(format: ResponseFormat | undefined): JsonObject {
  if (!format || format.type === "text") return {};
  const schema = format.type === "json_schema" ? { json_schema: format.schema } : {};
  return { response_format: { type: "json_object", ...schema } };
}

function thinkingOf({ effort, budget_tokens }: Reasoning): JsonObject {
  if (budget_tokens === 0) return { type: "disabled" };
  const token_budget = budget_tokens ?? (effort && budgets[effort]);
  return { type: "enabled", ...(token_budget !== undefined && { token_budget }) };
}

/** A message's results of tools are messages of their own here. */
function messagesOf({ role, parts }: Message): JsonObject[] {
  const made = parts.flatMap((part) => (part.type === "tool_result" ? [resultOf(part)] : []));
  const rest = parts.filter((part) => part.type !== "tool_result");
  if (rest.length > 0) made.push(role === "assistant" ? assistant(rest) : { role, content: contentOf(rest) });
  return made;
}

function resultOf({ id, parts }: Extract<Part, { readonly type: "tool_result" }>): JsonObject {
  if (parts.some(({ type }) => type === "image")) throw unsupported("image in a tool's result", "Send text.");
  return { role: "tool", tool_call_id: id, content: contentOf(parts) };
}

/** What was thought before calls is their plan; other thoughts are not sent back. */
function assistant(parts: readonly Part[]): JsonObject {
  const said = (type: "text" | "refusal" | "reasoning"): string =>
    parts.map((part) => (part.type === type ? part.text : "")).join("");
  const content = said("text") + said("refusal");
  const calls = parts.filter((part) => part.type === "tool_call");
  if (calls.length === 0) return { role: "assistant", content };
  const plan = said("reasoning");
  return {
    role: "assistant",
    ...(content !== "" && { content }),
    ...(plan !== "" && { tool_plan: plan }),
    tool_calls: calls.map(({ id, name, arguments: text }) => ({
      id,
      type: "function",
      function: { name, arguments: text },
    })),
  };
}
