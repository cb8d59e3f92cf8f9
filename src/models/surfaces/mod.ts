import type { Surface } from "../surface.ts";
import { chat } from "./chat/mod.ts";
import { completions } from "./completions.ts";
import { generateContent } from "./generate-content/mod.ts";
import { messages } from "./messages/mod.ts";
import { responses } from "./responses/mod.ts";

export { embeddings } from "./embeddings.ts";

/** The protocols in which chat models are asked, by their names. */
export const surfaces = Object.freeze({
  chat,
  completions,
  responses,
  messages,
  "generate-content": generateContent,
} satisfies Record<string, Surface>);

export type SurfaceName = keyof typeof surfaces;
