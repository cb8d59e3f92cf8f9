import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import type { ModelRequest, Reasoning, ResponseFormat, Sampling, Tool, ToolChoice } from "../../request.ts";
import { countAt, flagAt, given, listAt, numberAt, objectAt, oneOf, refuse, textAt } from "../fields.ts";
import { functionFields, requestFields, toolFields } from "./fields.ts";
import { readMessages } from "./messages.ts";

/** Answers that one question may ask for. */
const CHOICES_MAX = 8;
/** As OpenAI has it. */
const STOPS_MAX = 4;

/** A body of OpenAI's chat completions. @throws Fault BAD_REQUEST naming the field. */
export function readChat(body: JsonObject): ModelRequest {
  const fields = objectAt(body, "", requestFields);
  if (fields.stream_options !== undefined)
    objectAt(fields.stream_options, "stream_options", { include_usage: "read", include_obfuscation: "ignored" });
  return {
    messages: readMessages(fields.messages),
    tools: fields.tools === undefined ? [] : listAt(fields.tools, "tools").map(readTool),
    ...given("tool_choice", fields.tool_choice, readToolChoice),
    ...given("parallel_tool_calls", fields.parallel_tool_calls, (one) => flagAt(one, "parallel_tool_calls")),
    sampling: readSampling(fields),
    ...given("response_format", fields.response_format, readFormat),
    ...readReasoning(fields),
    stream: fields.stream === undefined ? false : flagAt(fields.stream, "stream"),
  };
}

function readSampling(fields: Readonly<Record<string, Json | undefined>>): Sampling {
  const number = (name: "temperature" | "top_p" | "presence_penalty" | "frequency_penalty") =>
    given(name, fields[name], (one) => numberAt(one, name));
  const bound = fields.max_completion_tokens ?? fields.max_tokens;
  return {
    ...given("n", fields.n, (one) => countAt(one, "n", 1, CHOICES_MAX)),
    ...given("max_tokens", bound, (one) => countAt(one, "max_tokens", 1)),
    ...number("temperature"),
    ...number("top_p"),
    ...given("top_k", fields.top_k, (one) => countAt(one, "top_k", 1)),
    ...given("stop", fields.stop, readStop),
    ...given("seed", fields.seed, (one) => countAt(one, "seed", Number.MIN_SAFE_INTEGER)),
    ...number("presence_penalty"),
    ...number("frequency_penalty"),
  };
}

function readStop(value: Json): readonly string[] {
  const stops = typeof value === "string" ? [value] : listAt(value, "stop").map((one) => textAt(one, "stop"));
  return stops.length <= STOPS_MAX ? stops : refuse(`'stop' has at most ${STOPS_MAX} texts.`);
}

function readTool(value: Json, index: number): Tool {
  const at = `tools[${index}]`;
  const tool = objectAt(value, at, toolFields);
  oneOf(tool.type, ["function"], `${at}.type`);
  const named = objectAt(tool.function, `${at}.function`, functionFields);
  return {
    name: textAt(named.name, `${at}.function.name`),
    ...given("description", named.description, (one) => textAt(one, `${at}.function.description`)),
    parameters: named.parameters === undefined ? {} : schemaAt(named.parameters, `${at}.function.parameters`),
    ...given("strict", named.strict, (one) => flagAt(one, `${at}.function.strict`)),
  };
}

/** A JSON Schema, which the model reads as it is. */
function schemaAt(value: Json | undefined, at: string): JsonObject {
  return isJsonObject(value) ? value : refuse(`'${at}' must be a JSON Schema.`);
}

function readToolChoice(value: Json): ToolChoice {
  if (typeof value === "string") return oneOf(value, ["auto", "none", "required"] as const, "tool_choice");
  const { function: named } = objectAt(value, "tool_choice", toolFields);
  return { name: textAt(objectAt(named, "tool_choice.function", { name: "read" }).name, "tool_choice.function.name") };
}

function readFormat(value: Json): ResponseFormat {
  const { type, json_schema } = objectAt(value, "response_format", { type: "read", json_schema: "read" });
  const kind = oneOf(type, ["text", "json_object", "json_schema"] as const, "response_format.type");
  if (kind !== "json_schema") return { type: kind };
  const at = "response_format.json_schema";
  const known = { name: "read", description: "ignored", schema: "read", strict: "read" } as const;
  const fields = objectAt(json_schema, at, known);
  return {
    type: kind,
    name: textAt(fields.name, `${at}.name`),
    schema: schemaAt(fields.schema, `${at}.schema`),
    ...given("strict", fields.strict, (one) => flagAt(one, `${at}.strict`)),
  };
}

/** OpenAI's word for it, and the one that Databricks takes for Anthropic's models. */
function readReasoning(fields: Readonly<Record<string, Json | undefined>>): { readonly reasoning?: Reasoning } {
  const efforts = ["minimal", "low", "medium", "high"] as const;
  const effort = given("effort", fields.reasoning_effort, (one) => oneOf(one, efforts, "reasoning_effort"));
  const budget = given("budget_tokens", fields.thinking, (value) => {
    const thinking = objectAt(value, "thinking", { type: "read", budget_tokens: "read" });
    oneOf(thinking.type, ["enabled"], "thinking.type");
    return countAt(thinking.budget_tokens, "thinking.budget_tokens", 1);
  });
  const reasoning = { ...effort, ...budget };
  return Object.keys(reasoning).length > 0 ? { reasoning } : {};
}
