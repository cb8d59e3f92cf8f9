import type { JsonObject } from "#base/json.ts";
import type { EmbeddingRequest } from "#models/mod.ts";
import type { GuardrailParameters } from "#wire/serving/ai-gateway.ts";
import { isGuarded, redacted } from "../guardrails/mod.ts";

/**
 * What may be kept of texts to embed: the body as it came, or where a guardrail looks at texts what it let through, with nothing besides
 * that nobody looked at.
 */
export function keptTexts(
  body: JsonObject,
  { inputs, dimensions }: EmbeddingRequest,
  guardrails: GuardrailParameters | undefined,
  passed: readonly string[] | undefined,
): JsonObject {
  if (!isGuarded(guardrails)) return body;
  return {
    input: passed ?? inputs.map((text) => withheld(text, guardrails)),
    ...(dimensions !== undefined && { dimensions }),
  };
}

function withheld(text: string, guardrails: GuardrailParameters): string {
  const asked = {
    messages: [{ role: "user", parts: [{ type: "text", text }] }],
    tools: [],
    sampling: {},
    stream: false,
  } as const;
  const [part] = redacted(asked, guardrails).messages[0]!.parts;
  return part?.type === "text" ? part.text : "";
}
