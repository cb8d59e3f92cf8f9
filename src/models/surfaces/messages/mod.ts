import { anthropicError } from "#wire/serving/errors.ts";
import type { Surface } from "../../surface.ts";
import { readMessagesBody } from "./read.ts";
import { message, messageEvents } from "./write.ts";

/** Anthropic's Messages. Sources: docs.anthropic.com/en/api/messages, @anthropic-ai/sdk. */
export const messages: Surface = {
  read: readMessagesBody,
  whole: message,
  stream: messageEvents,
  failure: (fault) => `event: error\ndata: ${JSON.stringify(anthropicError(fault))}\n\n`,
};
