import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { Embeddings } from "../../events.ts";
import type { EmbeddingModel } from "../../model.ts";
import { malformed, sendWhole } from "../call.ts";
import type { ProviderEgress } from "../egress.ts";
import type { OpenAiTarget } from "./model.ts";

/** Characters of a token where a provider counts none. Source: Databricks docs, AI Gateway rate limits. */
const TOKEN_CHARACTERS = 4;

/** An embedding model behind OpenAI's protocol. Source: platform.openai.com/docs/api-reference/embeddings. @throws Fault as `send`. */
export function openaiEmbeddings(egress: ProviderEgress, { url, headers, model }: OpenAiTarget): EmbeddingModel {
  return {
    embed: async ({ inputs, dimensions }, signal) => {
      const body = { model, input: inputs, ...(dimensions !== undefined && { dimensions }), encoding_format: "float" };
      const made = embeddingsOf(await sendWhole(egress, { url, headers, body }, signal), inputs);
      if (dimensions !== undefined && made.vectors[0]!.length !== dimensions)
        throw new Fault(
          "BAD_REQUEST",
          `This model's vectors have ${made.vectors[0]!.length} numbers, whatever 'dimensions' says. Leave it out.`,
        );
      return made;
    },
  };
}

/** A vector for each input in its place, whatever the order in which they came. @throws Fault BAD_GATEWAY when one is missing. */
function embeddingsOf({ data, usage }: JsonObject, inputs: readonly string[]): Embeddings {
  const vectors: (readonly number[] | undefined)[] = Array.from({ length: inputs.length });
  const given = Array.isArray(data) ? (data as readonly Json[]).filter(isJsonObject) : [];
  for (const [place, { index = place, embedding }] of given.entries())
    if (typeof index === "number" && index in vectors && isVector(embedding)) vectors[index] = embedding;
  const isWhole = (all: typeof vectors): all is (readonly number[])[] => !all.includes(undefined);
  if (!isWhole(vectors) || given.length !== inputs.length) return malformed("it has no vector for each text");
  if (vectors.some((one) => one.length !== vectors[0]!.length)) malformed("its vectors differ in length");
  return { vectors, usage: countedOf(usage, inputs) };
}

const isVector = (value: Json | undefined): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && (value as readonly Json[]).every((one) => typeof one === "number");

function countedOf(usage: Json | undefined, inputs: readonly string[]): Embeddings["usage"] {
  const input_tokens = isJsonObject(usage) ? usage.prompt_tokens : undefined;
  if (typeof input_tokens === "number" && input_tokens >= 0) return { input_tokens, output_tokens: 0 };
  const characters = inputs.reduce((sum, one) => sum + one.length, 0);
  return { input_tokens: Math.ceil(characters / TOKEN_CHARACTERS), output_tokens: 0, isEstimate: true };
}
