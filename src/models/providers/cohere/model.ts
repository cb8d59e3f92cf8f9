import type { AnswerModel } from "../../model.ts";
import type { ProviderEgress } from "../egress.ts";
import { modelIn } from "../protocol.ts";
import { chatEvents, streamEvents } from "./answer.ts";
import { cohereBody } from "./request.ts";
import type { CohereTarget } from "./settings.ts";

/** A chat model behind Cohere's Chat (v2). @throws Fault as `modelIn`. */
export function cohereChat(egress: ProviderEgress, { url, headers, model }: CohereTarget): AnswerModel {
  return modelIn(
    {
      outgoing: (request) => ({ url, headers, body: cohereBody(request, model) }),
      whole: chatEvents,
      stream: streamEvents,
    },
    egress,
  );
}
