import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import type { ModelRequest, Reasoning, ResponseFormat, Tool, ToolChoice } from "../../request.ts";
import { countAt, flagAt, given, listAt, numberAt, objectAt, oneOf, refuse, textAt } from "../fields.ts";
import { readMessages, readSystem } from "./blocks.ts";
import { formatFields, outputFields, requestFields, thinkingFields, toolChoiceFields, toolFields } from "./fields.ts";

type Read = Readonly<Record<string, Json | undefined>>;

/** A body of Anthropic's Messages. @throws Fault BAD_REQUEST naming the field. */
export function readMessagesBody(body: JsonObject): ModelRequest {
  const fields = objectAt(body, "", requestFields);
  const output =
    fields.output_config === undefined ? {} : objectAt(fields.output_config, "output_config", outputFields);
  const choice = fields.tool_choice === undefined ? {} : objectAt(fields.tool_choice, "tool_choice", toolChoiceFields);
  const { disable_parallel_tool_use } = choice;
  return {
    messages: [...(fields.system === undefined ? [] : [readSystem(fields.system)]), ...readMessages(fields.messages)],
    tools: fields.tools === undefined ? [] : listAt(fields.tools, "tools").map(readTool),
    ...given("tool_choice", choice.type, () => readToolChoice(choice)),
    ...given(
      "parallel_tool_calls",
      disable_parallel_tool_use,
      (one) => !flagAt(one, "tool_choice.disable_parallel_tool_use"),
    ),
    sampling: {
      max_tokens: countAt(fields.max_tokens, "max_tokens", 1),
      ...given("temperature", fields.temperature, (one) => numberAt(one, "temperature")),
      ...given("top_p", fields.top_p, (one) => numberAt(one, "top_p")),
      ...given("top_k", fields.top_k, (one) => countAt(one, "top_k", 1)),
      ...given("stop", fields.stop_sequences, readStops),
    },
    ...given("response_format", output.format, readFormat),
    ...readReasoning(fields.thinking, output.effort),
    stream: fields.stream === undefined ? false : flagAt(fields.stream, "stream"),
  };
}

const readStops = (value: Json): readonly string[] =>
  listAt(value, "stop_sequences").map((one, index) => textAt(one, `stop_sequences[${index}]`));

function readTool(value: Json, index: number): Tool {
  const at = `tools[${index}]`;
  const tool = objectAt(value, at, toolFields);
  return {
    name: textAt(tool.name, `${at}.name`),
    ...given("description", tool.description, (one) => textAt(one, `${at}.description`)),
    parameters: isJsonObject(tool.input_schema)
      ? tool.input_schema
      : refuse(`'${at}.input_schema' must be a JSON Schema.`),
    ...given("strict", tool.strict, (one) => flagAt(one, `${at}.strict`)),
  };
}

function readToolChoice(choice: Read): ToolChoice {
  const type = oneOf(choice.type, ["auto", "any", "none", "tool"] as const, "tool_choice.type");
  if (type === "tool") return { name: textAt(choice.name, "tool_choice.name") };
  return type === "any" ? "required" : type;
}

/** The protocol gives the schema no name; other protocols need one. */
const SCHEMA_NAME = "answer";

function readFormat(value: Json): ResponseFormat {
  const format = objectAt(value, "output_config.format", formatFields);
  const type = oneOf(format.type, ["json_schema"] as const, "output_config.format.type");
  const { schema } = format;
  if (!isJsonObject(schema)) return refuse("'output_config.format.schema' must be a JSON Schema.");
  return { type, name: SCHEMA_NAME, schema, strict: true };
}

/** Thinking by a budget, or by as much as the model sees fit (`adaptive`), which `effort` may bound. */
function readReasoning(value: Json | undefined, effort: Json | undefined): { readonly reasoning?: Reasoning } {
  const efforts = ["low", "medium", "high"] as const;
  const bound = given("effort", effort, (one) => oneOf(one, efforts, "output_config.effort"));
  const thinking = value === undefined ? { type: "disabled" } : objectAt(value, "thinking", thinkingFields);
  const type = oneOf(thinking.type, ["enabled", "adaptive", "disabled"] as const, "thinking.type");
  if (type === "enabled")
    return { reasoning: { ...bound, budget_tokens: countAt(thinking.budget_tokens, "thinking.budget_tokens", 1) } };
  return type === "adaptive" || bound.effort ? { reasoning: bound } : {};
}
