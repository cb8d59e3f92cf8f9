import { isJsonObject, type Json } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { Message, ModelRequest, Part } from "../request.ts";

/** A conversation as `node-llama-cpp` has it. Texts are data: marks of the chat template within them stay mere text. */
export type ChatItem =
  | { readonly type: "system" | "user"; readonly text: string }
  | { readonly type: "model"; readonly response: readonly (string | FunctionCall)[] };

interface FunctionCall {
  readonly type: "functionCall";
  readonly name: string;
  readonly params: Json;
  result?: Json;
}

/**
 * The messages as a conversation that the model goes on with. A tool's result stands with the call that it answers.
 * @throws Fault BAD_REQUEST for what a model of texts cannot be asked.
 */
export function historyOf({ messages }: Pick<ModelRequest, "messages">): readonly ChatItem[] {
  const items: ChatItem[] = [];
  const calls = new Map<string, FunctionCall>();
  for (const { role, parts } of messages) {
    if (role === "system" || role === "user") items.push({ type: role, text: parts.map(textOf).join("\n") });
    else if (role === "assistant") items.push({ type: "model", response: parts.flatMap((one) => spoken(one, calls)) });
    for (const part of parts) if (part.type === "tool_result") answer(part, calls);
  }
  for (const [id, call] of calls)
    if (call.result === undefined)
      refuse(`The tool call '${id.slice(0, 100)}' has no result. Send one, or leave it out.`);
  const last = messages.at(-1)!;
  if (last.role === "assistant")
    refuse("The last message must be a user's or a tool's: this model begins its answers itself.");
  // After a tool's result the model goes on with the turn in which it called.
  return items.at(-1)?.type === "model" ? items : [...items, { type: "model", response: [] }];
}

function textOf(part: Message["parts"][number]): string {
  if (part.type === "text") return part.text;
  if (part.type === "tool_result") return "";
  return refuse(`The model of this endpoint reads texts alone, no '${part.type}'.`);
}

function spoken(part: Part, calls: Map<string, FunctionCall>): readonly (string | FunctionCall)[] {
  if (part.type === "text" || part.type === "refusal") return [part.text];
  if (part.type !== "tool_call") return [];
  const call: FunctionCall = { type: "functionCall", name: part.name, params: jsonOf(part.arguments) };
  calls.set(part.id, call);
  return [call];
}

function answer(part: Extract<Part, { readonly type: "tool_result" }>, calls: Map<string, FunctionCall>): void {
  const call = calls.get(part.id);
  if (!call) refuse(`A tool's result names '${part.id.slice(0, 100)}', which is no call of this conversation.`);
  call.result = jsonOf(part.parts.map(textOf).join("\n"));
}

/** JSON where the text is an object of it, else the text. */
function jsonOf(text: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : text;
  } catch {
    return text;
  }
}

function refuse(message: string): never {
  throw new Fault("BAD_REQUEST", message);
}
