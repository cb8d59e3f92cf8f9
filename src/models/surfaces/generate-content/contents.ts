import { isJsonObject, type Json } from "#base/json.ts";
import type { Message, Part } from "../../request.ts";
import { flagAt, listAt, objectAt, oneOf, refuse, textAt } from "../fields.ts";
import { imageSource } from "../image.ts";
import { callFields, contentFields, fileFields, inlineFields, partFields, resultFields } from "./fields.ts";

type PartType = keyof typeof partFields;
const partTypes = Object.keys(partFields) as readonly PartType[];

/** Calls that are not answered yet, in order: the protocol's ids may be left out, and results name the function alone. */
class Calls {
  readonly #open: { readonly id: string; readonly name: string }[] = [];
  #count = 0;

  called(name: string, id: string | undefined): string {
    const given = id ?? `call_${++this.#count}`;
    this.#open.push({ id: given, name });
    return given;
  }

  answered(name: string, id: string | undefined, at: string): string {
    const index = this.#open.findIndex((one) => (id === undefined ? one.name === name : one.id === id));
    if (index < 0 && id === undefined) refuse(`'${at}' answers no call of '${name}'. Send the call before it.`);
    const [found] = index < 0 ? [] : this.#open.splice(index, 1);
    return found?.id ?? id!;
  }
}

/** @throws Fault BAD_REQUEST naming the field. */
export function readContents(value: Json | undefined): readonly Message[] {
  const calls = new Calls();
  const messages = listAt(value, "contents").flatMap((one, index) => readContent(one, `contents[${index}]`, calls));
  return messages.length > 0 ? messages : refuse("'contents' must not be empty.");
}

/** What is said before all contents; its role says nothing. */
export function readSystemInstruction(value: Json): Message {
  const at = "systemInstruction";
  const { parts } = objectAt(value, at, contentFields);
  const texts = listAt(parts, `${at}.parts`).map((one, index) => {
    const here = `${at}.parts[${index}]`;
    return { type: "text", text: textAt(objectAt(one, here, partFields.text).text, `${here}.text`) } as const;
  });
  return { role: "system", parts: texts };
}

/** Results of functions are messages of their own here; what stands between them keeps its place. */
function readContent(value: Json, at: string, calls: Calls): readonly Message[] {
  const fields = objectAt(value, at, contentFields);
  const role = fields.role === undefined ? "user" : oneOf(fields.role, ["user", "model", "function"], `${at}.role`);
  const own = role === "model" ? "assistant" : "user";
  const messages: { role: Message["role"]; parts: Part[] }[] = [];
  for (const [index, one] of listAt(fields.parts, `${at}.parts`).entries())
    for (const part of partsOf(one, `${at}.parts[${index}]`, own, calls)) {
      const isResult = part.type === "tool_result";
      const last = messages.at(-1);
      if (!isResult && last?.role === own) last.parts.push(part);
      else messages.push({ role: isResult ? "tool" : own, parts: [part] });
    }
  return messages.length > 0 ? messages : [{ role: own, parts: [] }];
}

/** Which parts each side of a conversation may have. */
const allowed: Readonly<Record<"assistant" | "user", readonly PartType[]>> = {
  assistant: ["text", "functionCall"],
  user: ["text", "inlineData", "fileData", "functionResponse"],
};

function partsOf(value: Json, at: string, role: "assistant" | "user", calls: Calls): readonly Part[] {
  const type = isJsonObject(value) ? partTypes.find((one) => value[one] !== undefined) : undefined;
  if (!type || !allowed[role].includes(type)) return refuse(`'${at}' must have one of: ${allowed[role].join(", ")}.`);
  return readers[type](objectAt(value, at, partFields[type]), at, calls);
}

type Fields = Readonly<Record<string, Json | undefined>>;

const readers: Readonly<Record<PartType, (part: Fields, at: string, calls: Calls) => readonly Part[]>> = {
  text: (part, at) => {
    const text = textAt(part.text, `${at}.text`);
    const isThought = part.thought !== undefined && flagAt(part.thought, `${at}.thought`);
    return isThought
      ? [{ type: "reasoning", text, ...proofOf(part, at) }]
      : [...proofsOf(part, at), { type: "text", text }];
  },
  inlineData: (part, at) => {
    const { mimeType, data } = objectAt(part.inlineData, `${at}.inlineData`, inlineFields);
    const media_type = textAt(mimeType, `${at}.inlineData.mimeType`);
    if (!media_type.startsWith("image/")) refuse(`'${at}.inlineData.mimeType' must be an image's.`);
    const url = `data:${media_type};base64,${textAt(data, `${at}.inlineData.data`)}`;
    return [{ type: "image", source: imageSource(url, `${at}.inlineData.data`) }];
  },
  fileData: (part, at) => {
    const { fileUri, mimeType } = objectAt(part.fileData, `${at}.fileData`, fileFields);
    if (typeof mimeType === "string" && !mimeType.startsWith("image/"))
      refuse(`'${at}.fileData.mimeType' must be an image's.`);
    return [
      { type: "image", source: imageSource(textAt(fileUri, `${at}.fileData.fileUri`), `${at}.fileData.fileUri`) },
    ];
  },
  functionCall: (part, at, calls) => {
    const call = objectAt(part.functionCall, `${at}.functionCall`, callFields);
    const name = textAt(call.name, `${at}.functionCall.name`);
    const { args = {} } = call;
    if (!isJsonObject(args)) refuse(`'${at}.functionCall.args' must be an object.`);
    const id = calls.called(name, idOf(call, `${at}.functionCall.id`));
    return [...proofsOf(part, at), { type: "tool_call", id, name, arguments: JSON.stringify(args) }];
  },
  functionResponse: (part, at, calls) => {
    const result = objectAt(part.functionResponse, `${at}.functionResponse`, resultFields);
    const name = textAt(result.name, `${at}.functionResponse.name`);
    const { response = {} } = result;
    if (!isJsonObject(response)) return refuse(`'${at}.functionResponse.response' must be an object.`);
    const id = calls.answered(name, idOf(result, `${at}.functionResponse.id`), `${at}.functionResponse`);
    const text = JSON.stringify(response);
    return [{ type: "tool_result", id, parts: [{ type: "text", text }], isError: response.error !== undefined }];
  },
};

const idOf = (fields: Fields, at: string): string | undefined =>
  fields.id === undefined ? undefined : textAt(fields.id, at);

const proofOf = ({ thoughtSignature }: Fields, at: string): { readonly signature?: string } =>
  thoughtSignature === undefined ? {} : { signature: textAt(thoughtSignature, `${at}.thoughtSignature`) };

/** The proof of a thought may stand at what came of it; the thought itself was not told then. */
const proofsOf = (part: Fields, at: string): readonly Part[] =>
  part.thoughtSignature === undefined ? [] : [{ type: "reasoning", text: "", ...proofOf(part, at) }];
