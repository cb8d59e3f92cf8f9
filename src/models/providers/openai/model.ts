import type { AnswerModel } from "../../model.ts";
import type { ProviderEgress } from "../egress.ts";
import { modelIn } from "../protocol.ts";
import { chunkEvents, completionEvents } from "./answer.ts";
import { askedBody, type Beyond } from "./request.ts";

/** A server with OpenAI's protocol: where it is asked, and with what. */
export interface OpenAiTarget {
  /** Of the call itself: its chat completions, or its embeddings. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it calls the model. */
  readonly model: string;
  /** What it takes beside what OpenAI's own server does; nothing when absent. */
  readonly beyond?: readonly Beyond[];
}

/** A chat model behind OpenAI's protocol. @throws Fault as `modelIn`. */
export function openaiChat(egress: ProviderEgress, { url, headers, model, beyond = [] }: OpenAiTarget): AnswerModel {
  return modelIn(
    {
      outgoing: (request) => ({ url, headers, body: askedBody(request, model, beyond) }),
      whole: completionEvents,
      stream: chunkEvents,
    },
    egress,
  );
}
