import type { ChatCompletion, ChatCompletionChunk, ChatCompletionRequest } from "#wire/serving/chat.ts";

/** A chat model, wherever it runs. The signal's abort ends the work. */
export interface ChatModel {
  complete(request: ChatCompletionRequest, signal?: AbortSignal): Promise<ChatCompletion>;
  stream(request: ChatCompletionRequest, signal?: AbortSignal): AsyncIterable<ChatCompletionChunk>;
}
