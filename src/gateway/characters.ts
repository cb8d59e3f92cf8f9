import type { ModelRequest, Part } from "#models/mod.ts";

/** Characters of a question that a model reads: every text, its tools' descriptions included; images count none. */
export function charactersOf(request: ModelRequest): number {
  let count = 0;
  for (const { parts } of request.messages) for (const part of parts) count += charactersIn(part);
  for (const { name, description, parameters } of request.tools)
    count += name.length + (description?.length ?? 0) + JSON.stringify(parameters).length;
  return count;
}

function charactersIn(part: Part): number {
  switch (part.type) {
    case "text":
    case "refusal":
    case "reasoning":
      return part.text.length;
    case "tool_call":
      return part.name.length + part.arguments.length;
    case "tool_result":
      return part.parts.reduce((sum, one) => sum + charactersIn(one), 0);
    case "image":
      return 0;
  }
}

/** Characters of texts that stand by themselves. */
export const charactersOfTexts = (texts: readonly string[]): number => texts.reduce((sum, one) => sum + one.length, 0);

/** Tokens when nobody counted them. Source: Databricks docs, AI Gateway rate limits: a quarter of the characters, rounded up. */
export const tokensOf = (characters: number): number => Math.floor((characters + 3) / 4);
