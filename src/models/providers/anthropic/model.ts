import type { AnswerModel } from "../../model.ts";
import type { ProviderEgress } from "../egress.ts";
import { modelIn } from "../protocol.ts";
import { messageEvents, streamEvents } from "./answer.ts";
import { messagesBody } from "./request.ts";
import { ANTHROPIC_URL } from "./settings.ts";

/** A chat model behind Anthropic's Messages. @throws Fault as `modelIn`. */
export function anthropicChat(
  egress: ProviderEgress,
  { headers, model }: { readonly headers: Readonly<Record<string, string>>; readonly model: string },
): AnswerModel {
  return modelIn(
    {
      outgoing: (request) => ({ url: ANTHROPIC_URL, headers, body: messagesBody(request, model) }),
      whole: messageEvents,
      stream: streamEvents,
    },
    egress,
  );
}
