import type { JsonObject } from "#base/json.ts";
import type { Image, Part } from "../../request.ts";
import { unsupported } from "../sampling.ts";
import { inputOf } from "../turns.ts";

/** The parts of a turn as content blocks. What was thought goes back with its proof alone: the models take no other. */
export const blocksOf = (parts: readonly Part[]): readonly JsonObject[] => parts.flatMap(blockOf);

function blockOf(part: Part): readonly JsonObject[] {
  switch (part.type) {
    case "text":
    case "refusal":
      return part.text === "" ? [] : [{ text: part.text }];
    case "image":
      return [{ image: imageOf(part) }];
    case "tool_call":
      return [{ toolUse: { toolUseId: part.id, name: part.name, input: inputOf(part) } }];
    case "tool_result":
      return [
        {
          toolResult: {
            toolUseId: part.id,
            content: part.parts.flatMap(blockOf),
            ...(part.isError && { status: "error" }),
          },
        },
      ];
    case "reasoning":
      return part.signature === undefined
        ? []
        : [{ reasoningContent: { reasoningText: { text: part.text, signature: part.signature } } }];
  }
}

/** Source: @aws-sdk/client-bedrock-runtime, ImageFormat. */
const formats: Readonly<Record<string, string>> = {
  "image/gif": "gif",
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
};

function imageOf({ source }: Image): JsonObject {
  if (source.kind === "url") throw unsupported("image", "Send the image itself, as a data: URL.");
  const format = formats[source.media_type];
  if (!format) throw unsupported("image", `Send one of: ${Object.keys(formats).join(", ")}.`);
  return { format, source: { bytes: source.base64 } };
}
