import { isJsonObject, type Json } from "#base/json.ts";
import type { Image, Message, Part, Text } from "../../request.ts";
import { flagAt, listAt, objectAt, oneOf, refuse, textAt } from "../fields.ts";
import { imageSource } from "../image.ts";
import { type BlockType, blockFields, blocksOf, messageFields, sourceFields } from "./fields.ts";

/** @throws Fault BAD_REQUEST naming the field. */
export function readMessages(value: Json | undefined): readonly Message[] {
  const messages = listAt(value, "messages").flatMap((one, index) => readMessage(one, `messages[${index}]`));
  return messages.length > 0 ? messages : refuse("'messages' must not be empty.");
}

/** What is said before all messages. */
export function readSystem(value: Json): Message {
  return { role: "system", parts: partsOf(value, "system", blocksOf.system) };
}

/** A user's turn brings tools' results too, which are messages of their own here; what stands between them keeps its place. */
function readMessage(value: Json, at: string): readonly Message[] {
  const fields = objectAt(value, at, messageFields);
  const role = oneOf(fields.role, ["user", "assistant", "system"] as const, `${at}.role`);
  const parts = partsOf(fields.content, `${at}.content`, blocksOf[role]);
  const messages: { role: Message["role"]; parts: Part[] }[] = [];
  for (const part of parts) {
    const isResult = part.type === "tool_result";
    const last = messages.at(-1);
    if (!isResult && last?.role === role) last.parts.push(part);
    else messages.push({ role: isResult ? "tool" : role, parts: [part] });
  }
  return messages.length > 0 ? messages : [{ role, parts: [] }];
}

function partsOf(value: Json | undefined, at: string, allowed: readonly BlockType[]): readonly Part[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  return listAt(value, at).map((one, index) => partOf(one, `${at}[${index}]`, allowed));
}

function partOf(value: Json, at: string, allowed: readonly BlockType[]): Part {
  const type = oneOf(isJsonObject(value) ? value.type : undefined, allowed, `${at}.type`);
  const block = objectAt(value, at, blockFields[type]);
  switch (type) {
    case "text":
      return { type, text: textAt(block.text, `${at}.text`) };
    case "image":
      return imageOf(block.source, `${at}.source`);
    case "tool_use": {
      const input = isJsonObject(block.input) ? block.input : refuse(`'${at}.input' must be an object.`);
      const [id, name] = [textAt(block.id, `${at}.id`), textAt(block.name, `${at}.name`)];
      return { type: "tool_call", id, name, arguments: JSON.stringify(input) };
    }
    case "tool_result": {
      const said = block.content === undefined ? [] : partsOf(block.content, `${at}.content`, ["text", "image"]);
      return {
        type,
        id: textAt(block.tool_use_id, `${at}.tool_use_id`),
        parts: said.filter((part): part is Text | Image => part.type === "text" || part.type === "image"),
        isError: block.is_error === undefined ? false : flagAt(block.is_error, `${at}.is_error`),
      };
    }
    case "thinking": {
      const signature = block.signature === undefined ? "" : textAt(block.signature, `${at}.signature`);
      const text = textAt(block.thinking, `${at}.thinking`);
      return { type: "reasoning", text, ...(signature !== "" && { signature }) };
    }
  }
}

function imageOf(value: Json | undefined, at: string): Image {
  const type = oneOf(isJsonObject(value) ? value.type : undefined, ["base64", "url"] as const, `${at}.type`);
  const source = objectAt(value, at, sourceFields[type]);
  if (type === "url") return { type: "image", source: imageSource(textAt(source.url, `${at}.url`), `${at}.url`) };
  const media_type = textAt(source.media_type, `${at}.media_type`);
  const data = textAt(source.data, `${at}.data`);
  return { type: "image", source: imageSource(`data:${media_type};base64,${data}`, `${at}.data`) };
}
