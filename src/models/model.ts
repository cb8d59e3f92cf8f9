import type { AnswerEvent } from "./events.ts";
import type { ModelRequest } from "./request.ts";

/** A model that answers chat, wherever it runs. The signal's abort ends the work. */
export interface AnswerModel {
  /** The answer as events, also when it came whole. @throws Fault, with a `ProviderFailure` as its cause when a provider failed. */
  answer(request: ModelRequest, signal: AbortSignal): AsyncIterable<AnswerEvent>;
}
