import { ProviderFailure } from "../../failure.ts";
import type { AnswerModel } from "../../model.ts";
import { type Outgoing, send, sendWhole } from "../call.ts";
import type { ProviderEgress } from "../egress.ts";
import { contentEvents, streamEvents } from "./answer.ts";
import { generateContentBody } from "./request.ts";
import type { VertexTarget } from "./settings.ts";
import type { GoogleTokens } from "./tokens.ts";

/** A chat model behind Gemini's generateContent in Vertex AI. @throws Fault as `send`, BAD_REQUEST for what the protocol cannot say. */
export function vertexChat(egress: ProviderEgress, tokens: GoogleTokens, target: VertexTarget): AnswerModel {
  const { url, model, key_file } = target;
  const asked = async <T>(
    outgoing: Outgoing,
    how: (egress: ProviderEgress, outgoing: Outgoing, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    try {
      return await how(egress, outgoing, signal);
    } catch (thrown) {
      const cause = thrown instanceof Error ? thrown.cause : undefined;
      if (cause instanceof ProviderFailure && cause.status === 401) tokens.forget(key_file);
      throw thrown;
    }
  };
  return {
    answer: async function* (request, signal) {
      const body = generateContentBody(request, model);
      const headers = { authorization: `Bearer ${await tokens.get(key_file)}` };
      if (request.stream)
        yield* streamEvents(await asked({ url: `${url}:streamGenerateContent?alt=sse`, headers, body }, send, signal));
      else yield* contentEvents(await asked({ url: `${url}:generateContent`, headers, body }, sendWhole, signal));
    },
  };
}
