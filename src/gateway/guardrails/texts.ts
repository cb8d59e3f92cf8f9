import type { Finding } from "#kernel/mod.ts";
import type { ModelRequest } from "#models/mod.ts";
import type { GuardrailParameters } from "#wire/serving/ai-gateway.ts";
import { type GuardContext, guardInput } from "./input.ts";

/**
 * Texts that stand by themselves, as the model may see them: each is looked at as a message of its own.
 * @throws as `guardInput`.
 */
export async function guardTexts(
  texts: readonly string[],
  config: GuardrailParameters | undefined,
  context: GuardContext,
): Promise<{ readonly texts: readonly string[]; readonly findings: readonly Finding[] }> {
  const asked: ModelRequest = {
    messages: texts.map((text) => ({ role: "user", parts: [{ type: "text", text }] })),
    tools: [],
    sampling: {},
    stream: false,
  };
  const { request, findings } = await guardInput(asked, config, context);
  return { texts: request.messages.map(textIn), findings };
}

const textIn = ({ parts }: ModelRequest["messages"][number]): string =>
  parts.map((part) => (part.type === "text" ? part.text : "")).join("");
