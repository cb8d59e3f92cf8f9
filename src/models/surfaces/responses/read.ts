import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import type { ModelRequest, Reasoning, ResponseFormat, Tool, ToolChoice } from "../../request.ts";
import { countAt, flagAt, given, listAt, numberAt, objectAt, oneOf, refuse, textAt } from "../fields.ts";
import {
  formatFields,
  included,
  reasoningFields,
  requestFields,
  streamFields,
  textFields,
  toolChoiceFields,
  toolFields,
} from "./fields.ts";
import { readInput } from "./items.ts";

/** A body of OpenAI's Responses. @throws Fault BAD_REQUEST naming the field. */
export function readResponses(body: JsonObject): ModelRequest {
  const fields = objectAt(body, "", requestFields);
  const text = fields.text === undefined ? {} : objectAt(fields.text, "text", textFields);
  if (fields.stream_options !== undefined) objectAt(fields.stream_options, "stream_options", streamFields);
  if (fields.include !== undefined)
    for (const [index, one] of listAt(fields.include, "include").entries()) oneOf(one, included, `include[${index}]`);
  return {
    messages: [...instructionsOf(fields.instructions), ...readInput(fields.input)],
    tools: fields.tools === undefined ? [] : listAt(fields.tools, "tools").map(readTool),
    ...given("tool_choice", fields.tool_choice, readToolChoice),
    ...given("parallel_tool_calls", fields.parallel_tool_calls, (one) => flagAt(one, "parallel_tool_calls")),
    sampling: {
      ...given("max_tokens", fields.max_output_tokens, (one) => countAt(one, "max_output_tokens", 1)),
      ...given("temperature", fields.temperature, (one) => numberAt(one, "temperature")),
      ...given("top_p", fields.top_p, (one) => numberAt(one, "top_p")),
    },
    ...given("response_format", text.format, readFormat),
    ...given("reasoning", fields.reasoning, readReasoning),
    stream: fields.stream === undefined ? false : flagAt(fields.stream, "stream"),
  };
}

function instructionsOf(value: Json | undefined): ModelRequest["messages"] {
  if (value === undefined) return [];
  return [{ role: "system", parts: [{ type: "text", text: textAt(value, "instructions") }] }];
}

function readTool(value: Json, index: number): Tool {
  const at = `tools[${index}]`;
  oneOf(isJsonObject(value) ? value.type : undefined, ["function"], `${at}.type`);
  const tool = objectAt(value, at, toolFields);
  return {
    name: textAt(tool.name, `${at}.name`),
    ...given("description", tool.description, (one) => textAt(one, `${at}.description`)),
    parameters: tool.parameters === undefined ? {} : schemaAt(tool.parameters, `${at}.parameters`),
    ...given("strict", tool.strict, (one) => flagAt(one, `${at}.strict`)),
  };
}

function schemaAt(value: Json | undefined, at: string): JsonObject {
  return isJsonObject(value) ? value : refuse(`'${at}' must be a JSON Schema.`);
}

function readToolChoice(value: Json): ToolChoice {
  if (typeof value === "string") return oneOf(value, ["auto", "none", "required"] as const, "tool_choice");
  oneOf(isJsonObject(value) ? value.type : undefined, ["function"], "tool_choice.type");
  return { name: textAt(objectAt(value, "tool_choice", toolChoiceFields).name, "tool_choice.name") };
}

const formats = ["text", "json_object", "json_schema"] as const;

function readFormat(value: Json): ResponseFormat {
  const type = oneOf(isJsonObject(value) ? value.type : undefined, formats, "text.format.type");
  const format: Readonly<Record<string, Json | undefined>> = objectAt(value, "text.format", formatFields[type]);
  if (type !== "json_schema") return { type };
  return {
    type,
    name: textAt(format.name, "text.format.name"),
    schema: schemaAt(format.schema, "text.format.schema"),
    ...given("strict", format.strict, (one) => flagAt(one, "text.format.strict")),
  };
}

function readReasoning(value: Json): Reasoning {
  const fields = objectAt(value, "reasoning", reasoningFields);
  const summaries = ["auto", "concise", "detailed"] as const;
  for (const name of ["summary", "generate_summary"])
    if (fields[name] !== undefined) oneOf(fields[name], summaries, `reasoning.${name}`);
  const efforts = ["minimal", "low", "medium", "high"] as const;
  return given("effort", fields.effort, (one) => oneOf(one, efforts, "reasoning.effort"));
}
