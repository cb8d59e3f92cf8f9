import type { JsonObject } from "#base/json.ts";
import type { ModelRequest, ResponseFormat, ToolChoice } from "../../request.ts";
import { thinkingOf } from "../anthropic/thinking.ts";
import { type SamplingWords, samplingBody, unsupported } from "../sampling.ts";
import { type Turn, turnsOf } from "../turns.ts";
import { blocksOf } from "./blocks.ts";

/** Source of all here: @aws-sdk/client-bedrock-runtime, ConverseRequest and what it holds. */
const words: SamplingWords = {
  max_tokens: "maxTokens",
  temperature: "temperature",
  top_p: "topP",
  stop: "stopSequences",
};

/** Room for the answer beside what a Claude model thinks by a budget, which the bound counts too. Tokens. */
const ANSWER_TOKENS = 4_096;

/** A question as Bedrock's Converse spells it. @throws Fault BAD_REQUEST for what the protocol has no place for. */
export function converseBody(
  request: ModelRequest,
  { provider, model }: { provider: string; model: string },
): JsonObject {
  const { messages, tools, tool_choice, parallel_tool_calls, response_format, reasoning } = request;
  const { top_k, ...sampling } = request.sampling;
  const { system, turns } = turnsOf(messages);
  const isClaude = provider === "anthropic";
  if (parallel_tool_calls === false) throw unsupported("parallel_tool_calls", "Leave it out.");
  if (top_k !== undefined && !isClaude) throw unsupported("top_k", "Leave it out.");
  if (reasoning && !isClaude) throw unsupported("reasoning_effort", "Leave it out.");
  const { thinking, effort, budget_tokens } = thinkingOf(turns, reasoning, model, sampling.max_tokens);
  const inference = {
    ...(budget_tokens !== undefined && { maxTokens: budget_tokens + ANSWER_TOKENS }),
    ...samplingBody(sampling, words),
  };
  const format = formatOf(response_format);
  return {
    ...(system.length > 0 && { system: system.map((text) => ({ text })) }),
    messages: turns.map(({ role, parts }) => ({ role, content: blocksOf(parts) })).filter(isSaid),
    ...given("inferenceConfig", inference),
    ...(tools.length > 0 &&
      mayCall(tool_choice, turns) && {
        toolConfig: {
          tools: tools.map(({ name, description, parameters, strict }) => ({
            toolSpec: {
              name,
              ...(description !== undefined && { description }),
              inputSchema: { json: { type: "object", ...parameters } },
              ...(strict !== undefined && { strict }),
            },
          })),
          ...(tool_choice !== undefined && { toolChoice: choiceOf(tool_choice) }),
        },
      }),
    ...given("additionalModelRequestFields", { ...(top_k !== undefined && { top_k }), ...(thinking && { thinking }) }),
    ...given("outputConfig", { ...(format && { textFormat: format }), ...(effort && { effort }) }),
  };
}

const isSaid = ({ content }: { readonly content: readonly JsonObject[] }): boolean => content.length > 0;

/** An object of fields, where there are any. */
const given = (name: string, object: JsonObject): JsonObject =>
  Object.keys(object).length > 0 ? { [name]: object } : {};

const choiceOf = (choice: ToolChoice): JsonObject =>
  typeof choice === "object" ? { tool: { name: choice.name } } : choice === "required" ? { any: {} } : { auto: {} };

/** Without tools none is called; but where some were called before, the protocol wants to be told of them. */
function mayCall(choice: ToolChoice | undefined, turns: readonly Turn[]): boolean {
  if (choice !== "none") return true;
  const hasCalled = turns.some(({ parts }) => parts.some(({ type }) => type === "tool_call" || type === "tool_result"));
  if (hasCalled) throw unsupported("tool_choice", "Leave out 'none', or the calls of tools in the messages.");
  return false;
}

function formatOf(format: ResponseFormat | undefined): JsonObject | undefined {
  if (format?.type === "json_object")
    throw unsupported("response_format", "Give a schema with type 'json_schema', or ask for JSON in words.");
  if (format?.type !== "json_schema") return undefined;
  const { name, schema } = format;
  return { type: "json_schema", structure: { jsonSchema: { name, schema: JSON.stringify(schema) } } };
}
