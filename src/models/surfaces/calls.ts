import { isJsonObject, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
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

/** The model's call is no one's fault here, and nothing else can be made of it. */
export function unreadableCall(name: string): Fault {
  return new Fault(
    "BAD_GATEWAY",
    `The model called the tool '${name}' with arguments that are not a JSON object. Ask again.`,
  );
}

/**
 * A choice's calls. The last one of an answer that was cut short may be half said, and is left out.
 * @throws Fault BAD_GATEWAY for arguments that are not a JSON object, which these protocols cannot carry.
 */
export function readCalls({ tool_calls, finish }: Pick<Choice, "tool_calls" | "finish">): readonly ReadCall[] {
  return tool_calls.flatMap(({ id, name, arguments: text }, index) => {
    const input = argumentsOf(text);
    if (input) return [{ id, name, input }];
    if (finish === "length" && index === tool_calls.length - 1) return [];
    throw unreadableCall(name);
  });
}
