import type { JsonObject } from "#base/json.ts";
import type { ModelRequest, Reasoning, ResponseFormat } from "../../request.ts";
import { type SamplingWords, samplingBody, unsupported } from "../sampling.ts";
import { turnsOf } from "../turns.ts";
import { contentsOf } from "./parts.ts";

/** Source of all here: @google/genai, GenerateContentParameters and what it holds. */
const words: SamplingWords = {
  n: "candidateCount",
  max_tokens: "maxOutputTokens",
  temperature: "temperature",
  top_p: "topP",
  top_k: "topK",
  stop: "stopSequences",
  seed: "seed",
  presence_penalty: "presencePenalty",
  frequency_penalty: "frequencyPenalty",
};

/** Models that think by a budget, and want no proof of it; later ones by a level. */
const BEFORE_3 = /^gemini-[12][.-]/;

/** What a model may think where it takes a budget alone. Tokens. Source: ai.google.dev/gemini-api/docs/openai, reasoning_effort. */
const budgets: Readonly<Record<NonNullable<Reasoning["effort"]>, number>> = {
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
};

/** A question as Gemini's generateContent spells it. @throws Fault BAD_REQUEST for what the protocol has no place for. */
export function generateContentBody(request: ModelRequest, model: string): JsonObject {
  const { messages, tools, parallel_tool_calls, sampling, response_format, reasoning } = request;
  const { system, turns } = turnsOf(messages);
  if (parallel_tool_calls === false) throw unsupported("parallel_tool_calls", "Leave it out.");
  const generation = {
    ...samplingBody(sampling, words),
    ...formatOf(response_format),
    ...(reasoning && { thinkingConfig: thinkingOf(reasoning, BEFORE_3.test(model)) }),
  };
  return {
    ...(system.length > 0 && { systemInstruction: { parts: system.map((text) => ({ text })) } }),
    contents: contentsOf(turns, !BEFORE_3.test(model)),
    ...(tools.length > 0 && {
      tools: [
        {
          functionDeclarations: tools.map(({ name, description, parameters }) => ({
            name,
            ...(description !== undefined && { description }),
            ...(Object.keys(parameters).length > 0 && { parametersJsonSchema: parameters }),
          })),
        },
      ],
      ...callingOf(request),
    }),
    ...(Object.keys(generation).length > 0 && { generationConfig: generation }),
  };
}

/** Calls that keep to the tools' schemas are a mode here, of all tools alike. */
function callingOf({ tools, tool_choice }: ModelRequest): JsonObject {
  const isStrict = tools.some(({ strict }) => strict === true);
  if (tool_choice === undefined && !isStrict) return {};
  const functionCallingConfig =
    typeof tool_choice === "object"
      ? { mode: "ANY", allowedFunctionNames: [tool_choice.name] }
      : { mode: { auto: isStrict ? "VALIDATED" : "AUTO", none: "NONE", required: "ANY" }[tool_choice ?? "auto"] };
  return { toolConfig: { functionCallingConfig } };
}

function formatOf(format: ResponseFormat | undefined): JsonObject {
  if (!format || format.type === "text") return {};
  const responseMimeType = "application/json";
  return format.type === "json_schema" ? { responseMimeType, responseJsonSchema: format.schema } : { responseMimeType };
}

function thinkingOf({ effort, budget_tokens }: Reasoning, isByBudget: boolean): JsonObject {
  if (budget_tokens === 0) return { thinkingBudget: 0 };
  const includeThoughts = true;
  if (budget_tokens !== undefined) return { includeThoughts, thinkingBudget: budget_tokens };
  if (!effort) return { includeThoughts };
  return isByBudget
    ? { includeThoughts, thinkingBudget: budgets[effort] }
    : { includeThoughts, thinkingLevel: effort.toUpperCase() };
}
