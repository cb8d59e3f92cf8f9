import type { AnswerModel } from "../../model.ts";
import { send, sendWhole } from "../call.ts";
import type { ProviderEgress } from "../egress.ts";
import { messageEvents, streamEvents } from "./answer.ts";
import { messagesBody } from "./request.ts";
import { ANTHROPIC_URL } from "./settings.ts";

/** A chat model behind Anthropic's Messages. @throws Fault as `send`, BAD_REQUEST for what the protocol cannot say. */
export function anthropicChat(
  egress: ProviderEgress,
  { headers, model }: { readonly headers: Readonly<Record<string, string>>; readonly model: string },
): AnswerModel {
  return {
    answer: async function* (request, signal) {
      const outgoing = { url: ANTHROPIC_URL, headers, body: messagesBody(request, model) };
      if (request.stream) yield* streamEvents(await send(egress, outgoing, signal));
      else yield* messageEvents(await sendWhole(egress, outgoing, signal));
    },
  };
}
