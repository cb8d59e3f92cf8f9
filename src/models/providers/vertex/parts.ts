import type { JsonObject } from "#base/json.ts";
import { isJsonObject } from "#base/json.ts";
import { parseJson } from "#wire/serving/chat.ts";
import type { Image, Part } from "../../request.ts";
import { unsupported } from "../sampling.ts";
import { inputOf, type Turn } from "../turns.ts";

/**
 * In place of the proof of what was thought before a call, where nobody kept it: models from Gemini 3 on refuse calls without one.
 * Source: cloud.google.com/vertex-ai/generative-ai/docs/thought-signatures.
 */
const NO_PROOF = "skip_thought_signature_validator";

/** The turns as contents. A result names the function that was called, which the form of questions tells by the call's id. */
export function contentsOf(turns: readonly Turn[], needsProof: boolean): readonly JsonObject[] {
  const names = new Map<string, string>();
  return turns
    .map(({ role, parts }) => ({
      role: role === "assistant" ? "model" : "user",
      parts: partsOf(parts, names, needsProof),
    }))
    .filter(({ parts }) => parts.length > 0);
}

/** The proof of a thought that was not told stands at what came of it. */
function partsOf(parts: readonly Part[], names: Map<string, string>, needsProof: boolean): readonly JsonObject[] {
  const made: JsonObject[] = [];
  let proof: string | undefined;
  let hasCalled = false;
  for (const part of parts) {
    if (part.type === "reasoning" && part.text === "") {
      proof = part.signature;
      continue;
    }
    const isCall = part.type === "tool_call";
    if (isCall) names.set(part.id, part.name);
    // Of calls side by side the first one alone has a proof.
    const standIn = isCall && needsProof && !hasCalled ? NO_PROOF : undefined;
    hasCalled ||= isCall;
    const signature = proof ?? standIn;
    for (const one of partOf(part, names))
      made.push({ ...one, ...(signature !== undefined && { thoughtSignature: signature }) });
    proof = undefined;
  }
  return made;
}

function partOf(part: Part, names: ReadonlyMap<string, string>): readonly JsonObject[] {
  switch (part.type) {
    case "text":
    case "refusal":
      return part.text === "" ? [] : [{ text: part.text }];
    case "image":
      return [imageOf(part)];
    case "tool_call":
      return [{ functionCall: { name: part.name, args: inputOf(part) } }];
    case "tool_result":
      return [{ functionResponse: { name: names.get(part.id) ?? part.id, response: responseOf(part) } }];
    case "reasoning":
      return part.signature === undefined ? [] : [{ text: part.text, thought: true, thoughtSignature: part.signature }];
  }
}

/** A result that is an object stays what it is. Source: @google/genai, FunctionResponse, for `output` and `error`. */
function responseOf({ parts, isError }: Extract<Part, { readonly type: "tool_result" }>): JsonObject {
  if (parts.some((part) => part.type === "image")) throw unsupported("image in a tool's result", "Send text.");
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  const said = parseJson(text);
  if (isJsonObject(said) && (!isError || said.error !== undefined)) return said;
  return isError ? { error: text } : { output: text };
}

/** The protocol wants to know what kind of image is behind a URL. */
const kinds: Readonly<Record<string, string>> = {
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
};

function imageOf({ source }: Image): JsonObject {
  if (source.kind === "data") return { inlineData: { mimeType: source.media_type, data: source.base64 } };
  const [, ending = ""] = /\.(\w+)$/.exec(URL.parse(source.url)?.pathname ?? "") ?? [];
  const mimeType = kinds[ending.toLowerCase()];
  if (!mimeType)
    throw unsupported("image", `Send it as a data: URL, or by a URL that ends in .${Object.keys(kinds).join(", .")}.`);
  return { fileData: { mimeType, fileUri: source.url } };
}
