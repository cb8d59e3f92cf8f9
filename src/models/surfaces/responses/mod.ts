import type { Surface } from "../../surface.ts";
import { typedEvent } from "../sent.ts";
import { readResponses } from "./read.ts";
import { response, responseEvents } from "./write.ts";

/**
 * OpenAI's Responses, for models; agents have their own (`agents/responses.ts`). A stream tells an error amid it by itself.
 * Sources: platform.openai.com/docs/api-reference/responses and responses-streaming.
 */
export const responses: Surface = {
  read: readResponses,
  whole: response,
  stream: responseEvents,
  failure: ({ code, message }) => typedEvent({ type: "error", code, message, param: null, sequence_number: 0 }),
};
