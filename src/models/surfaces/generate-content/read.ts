import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import type { ModelRequest, Reasoning, ResponseFormat, Sampling, Tool, ToolChoice } from "../../request.ts";
import { countAt, flagAt, given, listAt, numberAt, objectAt, oneOf, refuse, textAt } from "../fields.ts";
import { readContents, readSystemInstruction } from "./contents.ts";
import {
  callingFields,
  functionFields,
  generationFields,
  requestFields,
  thinkingFields,
  toolConfigFields,
  toolFields,
} from "./fields.ts";
import { jsonSchemaOf } from "./schema.ts";

type Fields = Readonly<Record<string, Json | undefined>>;

/** As for chat. */
const CHOICES_MAX = 8;

/** A body of Gemini's generateContent; whether to stream is the path's word. @throws Fault BAD_REQUEST naming the field. */
export function readGenerateContent(body: JsonObject): ModelRequest {
  const fields = objectAt(body, "", requestFields);
  const generation =
    fields.generationConfig === undefined
      ? {}
      : objectAt(fields.generationConfig, "generationConfig", generationFields);
  return {
    messages: [
      ...(fields.systemInstruction === undefined ? [] : [readSystemInstruction(fields.systemInstruction)]),
      ...readContents(fields.contents),
    ],
    tools: fields.tools === undefined ? [] : listAt(fields.tools, "tools").flatMap(readTools),
    ...given("tool_choice", fields.toolConfig, readToolChoice),
    sampling: readSampling(generation),
    ...readFormat(generation),
    ...given("reasoning", generation.thinkingConfig, readReasoning),
    stream: fields.stream === undefined ? false : flagAt(fields.stream, "stream"),
  };
}

function readSampling(fields: Fields): Sampling {
  const at = (name: string): string => `generationConfig.${name}`;
  const number = (name: string) => (one: Json) => numberAt(one, at(name));
  return {
    ...given("n", fields.candidateCount, (one) => countAt(one, at("candidateCount"), 1, CHOICES_MAX)),
    ...given("max_tokens", fields.maxOutputTokens, (one) => countAt(one, at("maxOutputTokens"), 1)),
    ...given("temperature", fields.temperature, number("temperature")),
    ...given("top_p", fields.topP, number("topP")),
    ...given("top_k", fields.topK, (one) => countAt(one, at("topK"), 1)),
    ...given("stop", fields.stopSequences, (value) =>
      listAt(value, at("stopSequences")).map((one, index) => textAt(one, `${at("stopSequences")}[${index}]`)),
    ),
    ...given("seed", fields.seed, (one) => countAt(one, at("seed"), Number.MIN_SAFE_INTEGER)),
    ...given("presence_penalty", fields.presencePenalty, number("presencePenalty")),
    ...given("frequency_penalty", fields.frequencyPenalty, number("frequencyPenalty")),
  };
}

function readTools(value: Json, index: number): readonly Tool[] {
  const at = `tools[${index}]`;
  const { functionDeclarations = [] } = objectAt(value, at, toolFields);
  return listAt(functionDeclarations, `${at}.functionDeclarations`).map((one, place) =>
    readTool(one, `${at}.functionDeclarations[${place}]`),
  );
}

function readTool(value: Json, at: string): Tool {
  const { name, description, parameters, parametersJsonSchema } = objectAt(value, at, functionFields);
  if (parameters !== undefined && parametersJsonSchema !== undefined)
    refuse(`'${at}' must have one of: parameters, parametersJsonSchema.`);
  return {
    name: textAt(name, `${at}.name`),
    ...given("description", description, (one) => textAt(one, `${at}.description`)),
    parameters: schemaOf(parameters, `${at}.parameters`, parametersJsonSchema, `${at}.parametersJsonSchema`) ?? {},
  };
}

/** A schema in Google's words or in JSON Schema's own; undefined when there is none. */
function schemaOf(google: Json | undefined, at: string, json: Json | undefined, there: string): JsonObject | undefined {
  if (google !== undefined) return jsonSchemaOf(google, at);
  if (json === undefined) return undefined;
  return isJsonObject(json) ? json : refuse(`'${there}' must be a JSON Schema.`);
}

const modes = ["AUTO", "ANY", "NONE", "VALIDATED", "MODE_UNSPECIFIED"] as const;

function readToolChoice(value: Json): ToolChoice {
  const at = "toolConfig.functionCallingConfig";
  const { functionCallingConfig = {} } = objectAt(value, "toolConfig", toolConfigFields);
  const { mode = "AUTO", allowedFunctionNames = [] } = objectAt(functionCallingConfig, at, callingFields);
  const names = listAt(allowedFunctionNames, `${at}.allowedFunctionNames`);
  const chosen = oneOf(mode, modes, `${at}.mode`);
  const [name] = names;
  if (name !== undefined && (chosen !== "ANY" || names.length > 1))
    refuse(`'${at}.allowedFunctionNames' may have one name, and with mode ANY alone. Declare only what may be called.`);
  if (chosen === "ANY")
    return name === undefined ? "required" : { name: textAt(name, `${at}.allowedFunctionNames[0]`) };
  return chosen === "NONE" ? "none" : "auto";
}

/** The protocol gives the schema no name; other protocols need one. */
const SCHEMA_NAME = "answer";

function readFormat(fields: Fields): { readonly response_format?: ResponseFormat } {
  const { responseMimeType = "text/plain", responseSchema, responseJsonSchema } = fields;
  const at = "generationConfig";
  const kinds = ["text/plain", "application/json"] as const;
  const kind = oneOf(responseMimeType, kinds, `${at}.responseMimeType`);
  const schema = schemaOf(responseSchema, `${at}.responseSchema`, responseJsonSchema, `${at}.responseJsonSchema`);
  if (!schema) return kind === "text/plain" ? {} : { response_format: { type: "json_object" } };
  if (kind === "text/plain") refuse(`'${at}.responseMimeType' must be application/json where there is a schema.`);
  return { response_format: { type: "json_schema", name: SCHEMA_NAME, schema } };
}

/** No budget, as a number: the model thinks as much as it sees fit. */
const DYNAMIC_BUDGET = -1;

function readReasoning(value: Json): Reasoning {
  const at = "generationConfig.thinkingConfig";
  const { includeThoughts, thinkingBudget, thinkingLevel } = objectAt(value, at, thinkingFields);
  if (includeThoughts !== undefined) flagAt(includeThoughts, `${at}.includeThoughts`);
  const levels = ["MINIMAL", "LOW", "MEDIUM", "HIGH"] as const;
  const words = { MINIMAL: "minimal", LOW: "low", MEDIUM: "medium", HIGH: "high" } as const;
  return {
    ...given("effort", thinkingLevel, (one) => words[oneOf(one, levels, `${at}.thinkingLevel`)]),
    ...(thinkingBudget !== DYNAMIC_BUDGET &&
      given("budget_tokens", thinkingBudget, (one) => countAt(one, `${at}.thinkingBudget`, 0))),
  };
}
