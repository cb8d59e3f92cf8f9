import { isJsonObject, type JsonObject } from "#base/json.ts";
import { parseJson } from "#wire/serving/chat.ts";
import type { Choice } from "../answer.ts";

/** A tool call whose arguments are read, for protocols that have them as an object. */
export interface ReadCall {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

/** A call's arguments; none at all are an empty object. Undefined when they are no JSON object. */
export function argumentsOf(text: string): JsonObject | undefined {
  const said = text.trim() === "" ? {} : parseJson(text);
  return isJsonObject(said) ? said : undefined;
}

/**
 * The input of a call whose arguments are no JSON object: the text as the model wrote it, in an object of one key. The caller's tool
 * refuses it, and the model sees what it wrote. Source of the key: docs.anthropic.com, fine-grained tool streaming.
 */
export const unreadInput = (text: string): JsonObject => ({ INVALID_JSON: text });

/** A choice's calls. The last one of an answer that was cut short may be half said, and is left out. */
export function readCalls({ tool_calls, finish }: Pick<Choice, "tool_calls" | "finish">): readonly ReadCall[] {
  return tool_calls.flatMap(({ id, name, arguments: text }, index) => {
    const input = argumentsOf(text);
    const isCut = !input && finish === "length" && index === tool_calls.length - 1;
    return isCut ? [] : [{ id, name, input: input ?? unreadInput(text) }];
  });
}
