import type { JsonObject } from "#base/json.ts";
import type { ModelRequest, ResponseFormat, ToolChoice } from "../../request.ts";
import { type SamplingWords, samplingBody, unsupported } from "../sampling.ts";
import { turnsOf } from "../turns.ts";
import { blocksOf } from "./blocks.ts";
import { thinkingOf } from "./thinking.ts";

/** Source of all here: @anthropic-ai/sdk `resources/messages`, MessageCreateParams and what it holds. */
const words: SamplingWords = {
  max_tokens: "max_tokens",
  temperature: "temperature",
  top_p: "top_p",
  top_k: "top_k",
  stop: "stop_sequences",
};

/** The protocol needs a bound where others have none. Every Claude model can say as much as this. */
const MAX_TOKENS_DEFAULT = 4_096;

/** A question as Anthropic's Messages spell it. @throws Fault BAD_REQUEST for what the protocol has no place for. */
export function messagesBody(request: ModelRequest, model: string): JsonObject {
  const { messages, tools, tool_choice, parallel_tool_calls, sampling, response_format, reasoning, stream } = request;
  const { system, turns } = turnsOf(messages);
  const thought = thinkingOf(turns, reasoning, model, sampling.max_tokens);
  const format = formatOf(response_format);
  const output = { ...(thought.effort && { effort: thought.effort }), ...(format && { format }) };
  return {
    model,
    max_tokens: MAX_TOKENS_DEFAULT + (thought.budget_tokens ?? 0),
    ...samplingBody(sampling, words),
    ...(system.length > 0 && { system: system.join("\n\n") }),
    messages: turns.map(({ role, parts }) => ({ role, content: blocksOf(parts) })).filter(isSaid),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters, strict }) => ({
        name,
        ...(description !== undefined && { description }),
        input_schema: { type: "object", ...parameters },
        ...(strict !== undefined && { strict }),
      })),
      ...choiceOf(tool_choice, parallel_tool_calls),
    }),
    ...(thought.thinking && { thinking: thought.thinking }),
    ...(Object.keys(output).length > 0 && { output_config: output }),
    stream,
  };
}

const isSaid = ({ content }: { readonly content: readonly JsonObject[] }): boolean => content.length > 0;

const choiceTypes = { auto: "auto", none: "none", required: "any" } as const;

function choiceOf(choice: ToolChoice | undefined, isParallel: boolean | undefined): JsonObject {
  if (choice === undefined && isParallel === undefined) return {};
  const one: JsonObject =
    typeof choice === "object" ? { type: "tool", name: choice.name } : { type: choiceTypes[choice ?? "auto"] };
  const isBounded = isParallel !== undefined && choice !== "none";
  return { tool_choice: { ...one, ...(isBounded && { disable_parallel_tool_use: !isParallel }) } };
}

function formatOf(format: ResponseFormat | undefined): JsonObject | undefined {
  if (format?.type === "json_object")
    throw unsupported("response_format", "Give a schema with type 'json_schema', or ask for JSON in words.");
  return format?.type === "json_schema" ? { type: "json_schema", schema: format.schema } : undefined;
}
