import type { JsonObject } from "#base/json.ts";
import type { ModelRequest, Part } from "#models/mod.ts";
import { readJson, readText } from "./json-text.ts";

/** How each kind of text in a request is rewritten; what looks and changes nothing gives it back as it came. */
export interface Rewriting {
  /** Texts that follow each other in a message, which the model reads as one. */
  texts(pieces: readonly string[]): readonly string[];
  /** A text that is JSON. */
  json(text: string): string;
  url(url: string): string;
  /** Of a tool or a schema. */
  name(name: string): string;
  /** Of a tool's call. */
  id(id: string): string;
}

/**
 * The request with every text in it rewritten: messages of all roles, tools with their names, descriptions and schemas, calls and
 * results, reasoning that is given back, addresses of images, the answer's schema, stop sequences. Not looked at: images that come
 * as data, and a provider's proof of its reasoning, which is left out when the reasoning has changed.
 */
export function rewritten(request: ModelRequest, by: Rewriting): ModelRequest {
  const { messages, tools, tool_choice, sampling, response_format } = request;
  const schema = (value: JsonObject): JsonObject => JSON.parse(by.json(JSON.stringify(value))) as JsonObject;
  const one = (text: string): string => by.texts([text])[0]!;
  return {
    ...request,
    messages: messages.map((message) => ({ ...message, parts: partsOf(message.parts, by) })),
    tools: tools.map((tool) => ({
      ...tool,
      name: by.name(tool.name),
      ...(tool.description !== undefined && { description: one(tool.description) }),
      parameters: schema(tool.parameters),
    })),
    ...(tool_choice !== undefined && {
      tool_choice: typeof tool_choice === "string" ? tool_choice : { name: by.name(tool_choice.name) },
    }),
    sampling: { ...sampling, ...(sampling.stop && { stop: sampling.stop.map(one) }) },
    ...(response_format && {
      response_format:
        response_format.type === "json_schema"
          ? { ...response_format, name: by.name(response_format.name), schema: schema(response_format.schema) }
          : response_format,
    }),
  };
}

function partsOf<T extends Part>(parts: readonly T[], by: Rewriting): readonly T[] {
  const changed: Part[] = [];
  for (let at = 0; at < parts.length; ) {
    const part: Part = parts[at]!;
    if (part.type !== "text") {
      changed.push(partOf(part, by));
      at += 1;
      continue;
    }
    const pieces: string[] = [];
    for (let next: Part | undefined = part; next?.type === "text"; next = parts[at]) {
      pieces.push(next.text);
      at += 1;
    }
    for (const text of by.texts(pieces)) changed.push({ type: "text", text });
  }
  return changed as readonly Part[] as readonly T[];
}

function partOf(part: Exclude<Part, { readonly type: "text" }>, by: Rewriting): Part {
  switch (part.type) {
    case "refusal":
      return { ...part, text: by.texts([part.text])[0]! };
    case "reasoning": {
      const text = by.texts([part.text])[0]!;
      return text === part.text ? part : { type: "reasoning", text };
    }
    case "image":
      return part.source.kind === "url" ? { ...part, source: { kind: "url", url: by.url(part.source.url) } } : part;
    case "tool_call":
      return { ...part, id: by.id(part.id), name: by.name(part.name), arguments: by.json(part.arguments) };
    case "tool_result":
      return { ...part, id: by.id(part.id), parts: partsOf(part.parts, by) };
  }
}

/** Calls `see` with every text of the request, as a guard reads it. */
export function seen(request: ModelRequest, see: (text: string) => void): void {
  const look = (text: string): string => {
    see(text);
    return text;
  };
  rewritten(request, {
    texts: (pieces) => {
      for (const piece of pieces) see(readText(piece));
      if (pieces.length > 1) see(pieces.join(""));
      return pieces;
    },
    json: (text) => {
      see(readJson(text));
      return text;
    },
    url: (url) => {
      see(decoded(url));
      return url;
    },
    name: look,
    id: look,
  });
}

/** An address with its escapes read; as it is when they are none. */
export function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
