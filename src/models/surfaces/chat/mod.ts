import type { Surface } from "../../surface.ts";
import { readChat } from "./read.ts";
import { chunks, completion } from "./write.ts";

/** OpenAI's chat completions. Source: platform.openai.com/docs/api-reference/chat. */
export const chat: Surface = {
  read: readChat,
  whole: completion,
  stream: chunks,
  failure: ({ code, message }) =>
    `data: ${JSON.stringify({ error: { code, error_code: code, message } })}\n\ndata: [DONE]\n\n`,
};
