import { Fault } from "#wire/errors.ts";
import type { EmbeddingModel } from "../model.ts";
import type { EmbeddingRequest } from "../request.ts";
import { embeddingQueue } from "./queue.ts";
import { type EmbeddingThread, embeddingThread } from "./thread.ts";

/** The built-in embedding model: Google's Universal Sentence Encoder Lite for English, of 2018. */
export const EMBEDDED_MODEL = "lakeward-embeddings";

/** Numbers of each of its vectors. */
const DIMENSIONS = 512;
/** Texts of one question. */
const TEXTS_MAX = 256;
/** About as long as Databricks' own embedding models read; the vector is the mean of all stretches of 128 tokens, of which many say little. */
const TEXT_CHARACTERS_MAX = 32_768;
/** Characters of one question: some seconds of one core's work. */
const CHARACTERS_MAX = 65_536;

export interface EmbeddedModel extends EmbeddingModel {
  /** Ends its thread, if it ever started. */
  close(): Promise<void>;
}

/**
 * The embedded model, in a thread of its own, which starts with the first question. The same text has the same vector, of length 1,
 * whatever it is sent with.
 */
export function embeddedModel(thread: EmbeddingThread = embeddingThread()): EmbeddedModel {
  const queue = embeddingQueue(thread);
  return {
    embed: async (request, signal) => {
      const { vectors, tokens } = await queue.embed(textsOf(request), signal);
      return { vectors, usage: { input_tokens: tokens, output_tokens: 0 } };
    },
    close: () => thread.close(),
  };
}

/** @throws Fault BAD_REQUEST for what it cannot do, which says what it can. */
function textsOf({ inputs, dimensions }: EmbeddingRequest): readonly string[] {
  if (dimensions !== undefined && dimensions !== DIMENSIONS)
    refuse(`'dimensions' can only be ${DIMENSIONS} here: ${EMBEDDED_MODEL} has no others. Leave it out.`);
  if (inputs.length > TEXTS_MAX)
    refuse(`${EMBEDDED_MODEL} takes at most ${TEXTS_MAX} texts at once, not ${inputs.length}. Send fewer.`);
  assertSizes(inputs);
  // Folded as the model's tokenizer does, which may lengthen a text.
  const texts = inputs.map((one) => one.normalize("NFKC"));
  assertSizes(texts);
  const blank = texts.findIndex((one) => one.trim() === "");
  if (blank >= 0) refuse(`'input[${blank}]' holds no words.`);
  return texts;
}

function assertSizes(texts: readonly string[]): void {
  const long = texts.findIndex((one) => one.length > TEXT_CHARACTERS_MAX);
  if (long >= 0)
    refuse(
      `'input[${long}]' has ${texts[long]!.length} characters; ${EMBEDDED_MODEL} takes at most ${TEXT_CHARACTERS_MAX}. Split it.`,
    );
  const characters = texts.reduce((sum, one) => sum + one.length, 0);
  if (characters > CHARACTERS_MAX)
    refuse(
      `'input' has ${characters} characters in all; ${EMBEDDED_MODEL} takes at most ${CHARACTERS_MAX}. Send fewer texts.`,
    );
}

function refuse(message: string): never {
  throw new Fault("BAD_REQUEST", message);
}
