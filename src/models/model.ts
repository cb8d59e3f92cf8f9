import type { AnswerEvent, Embeddings } from "./events.ts";
import type { EmbeddingRequest, ModelRequest } from "./request.ts";

/** A model that answers chat, wherever it runs. The signal's abort ends the work. */
export interface AnswerModel {
  /** The answer as events, also when it came whole. @throws Fault, with a `ProviderFailure` as its cause when a provider failed. */
  answer(request: ModelRequest, signal: AbortSignal): AsyncIterable<AnswerEvent>;
}

/** A model that makes vectors of texts, wherever it runs. The signal's abort ends the work. */
export interface EmbeddingModel {
  /** @throws Fault, with a `ProviderFailure` as its cause when the model or its provider failed. */
  embed(request: EmbeddingRequest, signal: AbortSignal): Promise<Embeddings>;
}
