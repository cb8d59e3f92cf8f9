import { openaiError } from "#wire/serving/errors.ts";
import type { Surface } from "../../surface.ts";
import { DONE, dataEvent } from "../sent.ts";
import { readChat } from "./read.ts";
import { chunks } from "./stream.ts";
import { completion } from "./write.ts";

/** OpenAI's chat completions. Source: platform.openai.com/docs/api-reference/chat. */
export const chat: Surface = {
  read: readChat,
  whole: completion,
  stream: chunks,
  failure: (fault) => dataEvent(openaiError(fault)) + DONE,
};
