import type { AnswerModel } from "../../model.ts";
import type { ProviderEgress } from "../egress.ts";
import { modelIn } from "../protocol.ts";
import { contentEvents, streamEvents } from "./answer.ts";
import { generateContentBody } from "./request.ts";
import type { VertexTarget } from "./settings.ts";
import type { GoogleTokens } from "./tokens.ts";

/** A chat model behind Gemini's generateContent in Vertex AI. @throws Fault as `modelIn` and `GoogleTokens`. */
export function vertexChat(
  egress: ProviderEgress,
  tokens: GoogleTokens,
  { url, model, key_file }: VertexTarget,
): AnswerModel {
  return modelIn(
    {
      outgoing: async (request) => {
        const body = generateContentBody(request, model);
        const headers = { authorization: `Bearer ${await tokens.get(key_file)}` };
        return { url: `${url}:${request.stream ? "streamGenerateContent?alt=sse" : "generateContent"}`, headers, body };
      },
      whole: contentEvents,
      stream: streamEvents,
      refused: ({ status }) => {
        if (status === 401) tokens.forget(key_file);
      },
    },
    egress,
  );
}
