import type { JsonObject } from "#base/json.ts";
import type { Message, Part } from "../request.ts";
import { argumentsOf } from "../surfaces/calls.ts";

type PartOf<T extends Part["type"]> = Extract<Part, { readonly type: T }>;

/** What one side said until the other one spoke. */
export interface Turn {
  readonly role: "user" | "assistant";
  readonly parts: readonly Part[];
}

/**
 * A conversation for protocols in which two sides take turns and the system speaks before all: what tools gave back is of the
 * user's side, and what the system says later is said before, in its order. A turn in which nothing is said is none.
 */
export function turnsOf(messages: readonly Message[]): {
  readonly system: readonly string[];
  readonly turns: readonly Turn[];
} {
  const system: string[] = [];
  const turns: { role: Turn["role"]; parts: Part[] }[] = [];
  for (const { role, parts } of messages) {
    const said = parts.filter((part) => part.type !== "text" || part.text !== "");
    if (role === "system") system.push(...said.flatMap((part) => (part.type === "text" ? [part.text] : [])));
    else if (said.length > 0) {
      const side = role === "assistant" ? role : "user";
      const last = turns.at(-1);
      if (last?.role === side) last.parts.push(...said);
      else turns.push({ role: side, parts: [...said] });
    }
  }
  return { system, turns };
}

/**
 * A call's arguments for protocols that have them as an object. Where the model wrote no JSON object, its text stands in one of one
 * key, so that it sees what it wrote. Source of the key: docs.anthropic.com, "Fine-grained tool streaming".
 */
export const inputOf = ({ arguments: text }: PartOf<"tool_call">): JsonObject =>
  argumentsOf(text) ?? { INVALID_JSON: text };
