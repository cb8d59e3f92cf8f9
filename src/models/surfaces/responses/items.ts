import { isJsonObject, type Json } from "#base/json.ts";
import type { Image, Message, Part, Text } from "../../request.ts";
import { given, listAt, objectAt, oneOf, refuse, textAt } from "../fields.ts";
import { imageSource } from "../image.ts";
import { contentFields, itemFields } from "./fields.ts";

type Fields = Readonly<Record<string, Json | undefined>>;

/** A text, or items; what a model said over several of them is one message. @throws Fault BAD_REQUEST naming the field. */
export function readInput(value: Json | undefined): readonly Message[] {
  if (typeof value === "string") return [{ role: "user", parts: [{ type: "text", text: value }] }];
  const items = listAt(value, "input").map((one, index) => readItem(one, `input[${index}]`));
  const messages: Message[] = [];
  for (const one of items) {
    const last = messages.at(-1);
    if (one.role === "assistant" && last?.role === "assistant")
      messages[messages.length - 1] = { role: "assistant", parts: [...last.parts, ...one.parts] };
    else messages.push(one);
  }
  return messages.length > 0 ? messages : refuse("'input' must not be empty.");
}

type ItemType = keyof typeof itemFields;
const itemTypes = Object.keys(itemFields) as readonly ItemType[];

function readItem(value: Json, at: string): Message {
  const type = oneOf((isJsonObject(value) && value.type) || "message", itemTypes, `${at}.type`);
  return readers[type](objectAt(value, at, itemFields[type]), at);
}

const roles = ["system", "developer", "user", "assistant"] as const;

const readers: Readonly<Record<ItemType, (item: Fields, at: string) => Message>> = {
  message: (item, at) => {
    const role = oneOf(item.role, roles, `${at}.role`);
    return { role: role === "developer" ? "system" : role, parts: contentsOf(item.content, `${at}.content`) };
  },
  function_call: (item, at) => {
    const [id, name] = [textAt(item.call_id, `${at}.call_id`), textAt(item.name, `${at}.name`)];
    const said = textAt(item.arguments, `${at}.arguments`);
    return { role: "assistant", parts: [{ type: "tool_call", id, name, arguments: said }] };
  },
  function_call_output: (item, at) => {
    const id = textAt(item.call_id, `${at}.call_id`);
    const said = contentsOf(item.output, `${at}.output`);
    const parts = said.filter((part): part is Text | Image => part.type === "text" || part.type === "image");
    return { role: "tool", parts: [{ type: "tool_result", id, parts, isError: false }] };
  },
  reasoning: (item, at) => {
    const signature = given("signature", item.encrypted_content, (one) => textAt(one, `${at}.encrypted_content`));
    const text = thoughtOf(item.content, `${at}.content`) || thoughtOf(item.summary, `${at}.summary`);
    return { role: "assistant", parts: [{ type: "reasoning", text, ...signature }] };
  },
};

function thoughtOf(value: Json | undefined, at: string): string {
  if (value === undefined) return "";
  const texts = listAt(value, at).map((one, index) => {
    const part = objectAt(one, `${at}[${index}]`, { type: "read", text: "read" });
    return textAt(part.text, `${at}[${index}].text`);
  });
  return texts.join("\n\n");
}

type ContentType = keyof typeof contentFields;
const contentTypes = Object.keys(contentFields) as readonly ContentType[];

function contentsOf(value: Json | undefined, at: string): readonly Part[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  return listAt(value, at).map((one, index) => contentOf(one, `${at}[${index}]`));
}

function contentOf(value: Json, at: string): Part {
  const type = oneOf(isJsonObject(value) ? value.type : undefined, contentTypes, `${at}.type`);
  const content: Fields = objectAt(value, at, contentFields[type]);
  if (type === "refusal") return { type, text: textAt(content.refusal, `${at}.refusal`) };
  if (type !== "input_image") return { type: "text", text: textAt(content.text, `${at}.text`) };
  const details = ["auto", "low", "high"] as const;
  const detail = given("detail", content.detail, (one) => oneOf(one, details, `${at}.detail`));
  return {
    type: "image",
    source: imageSource(textAt(content.image_url, `${at}.image_url`), `${at}.image_url`),
    ...detail,
  };
}
