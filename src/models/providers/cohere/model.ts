import type { AnswerModel } from "../../model.ts";
import { send, sendWhole } from "../call.ts";
import type { ProviderEgress } from "../egress.ts";
import { chatEvents, streamEvents } from "./answer.ts";
import { cohereBody } from "./request.ts";
import type { CohereTarget } from "./settings.ts";

/** A chat model behind Cohere's Chat (v2). @throws Fault as `send`, BAD_REQUEST for what the protocol cannot say. */
export function cohereChat(egress: ProviderEgress, { url, headers, model }: CohereTarget): AnswerModel {
  return {
    answer: async function* (request, signal) {
      const outgoing = { url, headers, body: cohereBody(request, model) };
      if (request.stream) yield* streamEvents(await send(egress, outgoing, signal));
      else yield* chatEvents(await sendWhole(egress, outgoing, signal));
    },
  };
}
