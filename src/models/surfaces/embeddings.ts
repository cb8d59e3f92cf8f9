import type { Json, JsonObject } from "#base/json.ts";
import type { Embeddings } from "../events.ts";
import type { EmbeddingRequest } from "../request.ts";
import type { AnswerFrame } from "../surface.ts";
import { countAt, type Field, given, listAt, objectAt, oneOf, refuse, textAt } from "./fields.ts";

/** The protocol in which embedding models are asked. */
interface EmbeddingSurface {
  /** @throws Fault BAD_REQUEST naming the field. */
  read(body: JsonObject): EmbeddingRequest;
  whole(embeddings: Embeddings, frame: Pick<AnswerFrame, "model" | "body">): JsonObject;
}

/** Texts in one question. Source: platform.openai.com/docs/api-reference/embeddings/create. */
const INPUTS_MAX = 2048;

const requestFields: Readonly<Record<string, Field>> = {
  input: "read",
  dimensions: "read",
  encoding_format: "read",
  user: "ignored",
  instruction: { refused: "put it before each text of 'input'." },
};

function read(body: JsonObject): EmbeddingRequest {
  const fields = objectAt(body, "", requestFields);
  if (fields.encoding_format !== undefined) oneOf(fields.encoding_format, ["float", "base64"], "encoding_format");
  return {
    inputs: inputsOf(fields.input),
    ...given("dimensions", fields.dimensions, (one) => countAt(one, "dimensions", 1)),
  };
}

function inputsOf(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return value === "" ? refuse("'input' must not be empty.") : [value];
  const list = listAt(value, "input");
  if (list.length === 0 || list.length > INPUTS_MAX) refuse(`'input' must have from 1 to ${INPUTS_MAX} texts.`);
  if (list.some((one) => typeof one === "number" || Array.isArray(one)))
    refuse("'input' must be text: token ids are not supported.");
  return list.map((one, index) => textAt(one, `input[${index}]`) || refuse(`'input[${index}]' must not be empty.`));
}

/** The numbers as floats of 32 bits, the lowest byte first, which is what OpenAI's clients ask for by default. */
function base64Of(vector: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(vector.length * Float32Array.BYTES_PER_ELEMENT));
  for (const [index, one] of vector.entries()) bytes.setFloat32(index * Float32Array.BYTES_PER_ELEMENT, one, true);
  return Buffer.from(bytes.buffer).toString("base64");
}

function whole({ vectors, usage }: Embeddings, { model, body }: Pick<AnswerFrame, "model" | "body">): JsonObject {
  const isPacked = body.encoding_format === "base64";
  return {
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: isPacked ? base64Of(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: usage.input_tokens, total_tokens: usage.input_tokens },
  };
}

/** OpenAI's embeddings. Source: platform.openai.com/docs/api-reference/embeddings. */
export const embeddings: EmbeddingSurface = { read, whole };
