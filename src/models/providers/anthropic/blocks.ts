import type { JsonObject } from "#base/json.ts";
import type { Image, Part } from "../../request.ts";
import { inputOf } from "../turns.ts";

/** The parts of a turn as content blocks. What was thought goes back with its proof alone: the protocol takes no other. */
export const blocksOf = (parts: readonly Part[]): readonly JsonObject[] => parts.flatMap(blockOf);

function blockOf(part: Part): readonly JsonObject[] {
  switch (part.type) {
    case "text":
    case "refusal":
      return part.text === "" ? [] : [{ type: "text", text: part.text }];
    case "image":
      return [{ type: "image", source: sourceOf(part) }];
    case "tool_call":
      return [{ type: "tool_use", id: part.id, name: part.name, input: inputOf(part) }];
    case "tool_result":
      return [
        {
          type: "tool_result",
          tool_use_id: part.id,
          content: part.parts.flatMap(blockOf),
          ...(part.isError && { is_error: true }),
        },
      ];
    case "reasoning":
      return part.signature === undefined ? [] : [{ type: "thinking", thinking: part.text, signature: part.signature }];
  }
}

const sourceOf = ({ source }: Image): JsonObject =>
  source.kind === "url"
    ? { type: "url", url: source.url }
    : { type: "base64", media_type: source.media_type, data: source.base64 };
