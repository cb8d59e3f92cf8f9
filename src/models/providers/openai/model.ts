import type { AnswerModel } from "../../model.ts";
import type { ProviderEgress } from "../egress.ts";
import { modelIn } from "../protocol.ts";
import { chunkEvents, completionEvents } from "./answer.ts";
import { chatBody } from "./request.ts";

/** A server with OpenAI's protocol: where it is asked, and with what. */
export interface OpenAiTarget {
  /** Of the call itself: its chat completions, or its embeddings. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it calls the model. */
  readonly model: string;
}

/** A chat model behind OpenAI's protocol. @throws Fault as `modelIn`. */
export function openaiChat(egress: ProviderEgress, { url, headers, model }: OpenAiTarget): AnswerModel {
  return modelIn(
    {
      outgoing: (request) => ({ url, headers, body: chatBody(request, model) }),
      whole: completionEvents,
      stream: chunkEvents,
    },
    egress,
  );
}
