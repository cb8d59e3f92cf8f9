import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import type { Permit } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Invoke } from "./invoke.ts";

/**
 * Asks an endpoint from within the platform, whatever it serves. Settles the permit. `fields` are those of the request beside the
 * question. @returns the answer's text. @throws Fault as over HTTP.
 */
export type Ask = (
  permit: Permit<"endpoint.query">,
  question: { readonly text: string; readonly fields: JsonObject },
  signal: AbortSignal,
) => Promise<string>;

/** Questions from within the platform, `ai_query` among them: by the same way as any that comes over HTTP. */
export function createAsk(
  invoke: Pick<Invoke, "invocations">,
  isAgent: (permit: Permit<"endpoint.query">) => Promise<boolean>,
): Ask {
  return async (permit, { text, fields }, signal) => {
    const said = [{ role: "user", content: text }];
    const body: JsonObject = (await isAgent(permit)) ? { ...fields, input: said } : { ...fields, messages: said };
    const answered = await invoke.invocations(permit, { body, signal });
    const answer = isJsonObject(answered.body as Json) ? textOf(answered.body as JsonObject) : undefined;
    if (answer === undefined)
      throw new Fault("BAD_REQUEST", `The serving endpoint '${permit.what.name}' gave an answer without a text.`);
    return answer;
  };
}

/** Vectors of texts, from within the platform. */
export type Embed = (
  permit: Permit<"endpoint.query">,
  texts: readonly string[],
  signal: AbortSignal,
) => Promise<readonly (readonly number[])[]>;

/** Texts to embed from within the platform, `ai_similarity`'s: by the same way as any that come over HTTP. */
export function createEmbed(invoke: Pick<Invoke, "embeddings">): Embed {
  return async (permit, texts, signal) => {
    const { body } = await invoke.embeddings(permit, { body: { input: [...texts] }, signal });
    const { data } = body as { readonly data?: readonly { readonly embedding: readonly number[] }[] };
    return (data ?? []).map((one) => one.embedding);
  };
}

/** Of a chat completion its one choice's text, of a response the texts of its messages. */
export function textOf({ choices, output }: JsonObject): string | undefined {
  if (Array.isArray(output)) {
    const texts = output.flatMap((item: Json) =>
      isJsonObject(item) && item.type === "message" ? textsOf(item.content) : [],
    );
    return texts.length > 0 ? texts.join("") : undefined;
  }
  const [choice] = Array.isArray(choices) ? choices : [];
  const message = isJsonObject(choice) ? choice.message : undefined;
  if (!isJsonObject(message)) return undefined;
  return typeof message.content === "string" ? message.content : textsOf(message.content).join("") || undefined;
}

/** Content is a text, or a list of parts of which some are texts. */
function textsOf(content: Json | undefined): readonly string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: Json) => (isJsonObject(part) && typeof part.text === "string" ? [part.text] : []));
}
