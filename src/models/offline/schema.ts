import { isJsonObject, type Json } from "#base/json.ts";
import type { ToolDefinition } from "#wire/serving/chat.ts";

/** One parameter of a tool, as its JSON schema tells it. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly isDate: boolean;
  readonly default?: Json;
}

/** A tool's parameters in the order of its schema; defaults are also read from descriptions (`default 20`). */
export function parametersOf(tool: ToolDefinition): readonly Parameter[] {
  const schema = tool.function.parameters;
  const properties = schema?.properties;
  if (!isJsonObject(properties)) return [];
  const required = Array.isArray(schema?.required) ? (schema.required as readonly Json[]) : [];
  return Object.entries(properties).map(([name, raw]) => {
    const property = isJsonObject(raw) ? raw : {};
    const description = typeof property.description === "string" ? property.description : "";
    const type = Array.isArray(property.type) ? property.type.find((one) => one !== "null") : property.type;
    const fallback = property.default ?? defaultIn(description);
    return {
      name,
      type: typeof type === "string" ? type : "string",
      description,
      required: required.includes(name),
      choices: Array.isArray(property.enum)
        ? property.enum.filter((one): one is string => typeof one === "string")
        : [],
      isDate: property.format === "date" || property.format === "date-time" || /(?:^|_)(?:date|day)$/i.test(name),
      ...(fallback !== undefined && { default: fallback }),
    };
  });
}

function defaultIn(description: string): Json | undefined {
  const match = /\bdefault(?:s to|ing to| is|:)?\s+['"]?([\w.-]+)/i.exec(description);
  if (!match) return undefined;
  const value = Number(match[1]);
  return Number.isFinite(value) ? value : match[1];
}
