import type { Json } from "#base/json.ts";
import type { Image, Message, Part, Text } from "../../request.ts";
import { given, listAt, objectAt, oneOf, refuse, textAt } from "../fields.ts";
import { calledFields, callFields, messageFields, partFields } from "./fields.ts";

const roles = ["system", "developer", "user", "assistant", "tool"] as const;

/** @throws Fault BAD_REQUEST naming the field. */
export function readMessages(value: Json | undefined): readonly Message[] {
  const messages = listAt(value, "messages").map(readMessage);
  return messages.length > 0 ? messages : refuse("'messages' must not be empty.");
}

function readMessage(value: Json, index: number): Message {
  const at = `messages[${index}]`;
  const fields = objectAt(value, at, messageFields);
  const role = oneOf(fields.role, roles, `${at}.role`);
  const parts = fields.content === undefined ? [] : contentOf(fields.content, `${at}.content`);
  if (role === "tool") {
    const id = textAt(fields.tool_call_id, `${at}.tool_call_id`);
    const said = parts.filter((part): part is Text | Image => part.type === "text" || part.type === "image");
    return { role, parts: [{ type: "tool_result", id, parts: said, isError: false }] };
  }
  if (role !== "assistant") return { role: role === "developer" ? "system" : role, parts };
  const { reasoning_content, refusal, tool_calls } = fields;
  return {
    role,
    parts: [
      ...(reasoning_content === undefined
        ? []
        : [{ type: "reasoning", text: textAt(reasoning_content, `${at}.reasoning_content`) } as const]),
      ...parts,
      ...(refusal === undefined ? [] : [{ type: "refusal", text: textAt(refusal, `${at}.refusal`) } as const]),
      ...(tool_calls === undefined ? [] : callsOf(tool_calls, `${at}.tool_calls`)),
    ],
  };
}

function contentOf(value: Json, at: string): readonly Part[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  return listAt(value, at).map((one, index) => partOf(one, `${at}[${index}]`));
}

function partOf(value: Json, at: string): Part {
  const type = typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
  const known = typeof type === "string" && Object.hasOwn(partFields, type) ? partFields[type] : undefined;
  if (!known) return refuse(`'${at}.type' must be one of: ${Object.keys(partFields).join(", ")}.`);
  const fields = objectAt(value, at, known);
  switch (type) {
    case "image_url":
      return imageOf(fields.image_url, `${at}.image_url`);
    case "refusal":
      return { type, text: textAt(fields.refusal, `${at}.refusal`) };
    case "reasoning":
      return thoughtOf(fields.summary, `${at}.summary`);
    default:
      return { type: "text", text: textAt(fields.text, `${at}.text`) };
  }
}

/** What a reasoning model thought, with the proof of it, as Databricks puts it among an answer's contents. */
function thoughtOf(value: Json | undefined, at: string): Part {
  const pieces = listAt(value, at).map((one, index) => {
    const here = `${at}[${index}]`;
    const { text, signature = "" } = objectAt(one, here, { type: "read", text: "read", signature: "read" });
    return { text: textAt(text, `${here}.text`), signature: textAt(signature, `${here}.signature`) };
  });
  const [text, signature] = [pieces.map((one) => one.text).join(""), pieces.map((one) => one.signature).join("")];
  return { type: "reasoning", text, ...(signature !== "" && { signature }) };
}

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+);base64,([A-Za-z0-9+/=\s]+)$/;

function imageOf(value: Json | undefined, at: string): Image {
  const fields = objectAt(value, at, { url: "read", detail: "read" });
  const url = textAt(fields.url, `${at}.url`);
  const detail = given("detail", fields.detail, (one) => oneOf(one, ["auto", "low", "high"] as const, `${at}.detail`));
  const [, media_type, base64] = DATA_URL.exec(url) ?? [];
  if (media_type !== undefined && base64 !== undefined)
    return { type: "image", source: { kind: "data", media_type, base64 }, ...detail };
  if (!/^https:\/\//.test(url)) refuse(`'${at}.url' must begin with https:// or be a data: URL in base64.`);
  return { type: "image", source: { kind: "url", url }, ...detail };
}

function callsOf(value: Json, at: string): readonly Part[] {
  return listAt(value, at).map((one, index) => {
    const here = `${at}[${index}]`;
    const call = objectAt(one, here, callFields);
    const named = objectAt(call.function, `${here}.function`, calledFields);
    return {
      type: "tool_call",
      id: textAt(call.id, `${here}.id`),
      name: textAt(named.name, `${here}.function.name`),
      arguments: textAt(named.arguments, `${here}.function.arguments`),
    };
  });
}
