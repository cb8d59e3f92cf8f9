import { googleError } from "#wire/serving/errors.ts";
import type { Surface } from "../../surface.ts";
import { dataEvent } from "../sent.ts";
import { readGenerateContent } from "./read.ts";
import { content, contentEvents } from "./write.ts";

/** Gemini's generateContent, and streamGenerateContent with `alt=sse`. Sources: ai.google.dev/api/generate-content, @google/genai. */
export const generateContent: Surface = {
  read: readGenerateContent,
  whole: content,
  stream: contentEvents,
  failure: (fault) => dataEvent(googleError(fault)),
};
