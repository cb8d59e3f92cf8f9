import type { ModelRequest, Part } from "#models/mod.ts";
import { readJson } from "./json-text.ts";
import type { Turn } from "./safety/judge.ts";

/**
 * A request as a judge reads it: what the model said, and everything else as the one who asks. What follows each other from one
 * side is one turn, so that the last turn is all that is new.
 */
export function turnsOf({ messages, tools }: Pick<ModelRequest, "messages" | "tools">): readonly Turn[] {
  const turns: { role: Turn["role"]; text: string }[] = [];
  const say = (role: Turn["role"], text: string): void => {
    const last = turns.at(-1);
    if (last?.role === role) last.text += `\n${text}`;
    else turns.push({ role, text });
  };
  for (const { name, description, parameters } of tools)
    say("user", [name, description, readJson(JSON.stringify(parameters))].filter(Boolean).join("\n"));
  for (const { role, parts } of messages)
    for (const text of parts.flatMap(textsOf)) say(role === "assistant" ? "assistant" : "user", text);
  return turns.length > 0 ? turns : [{ role: "user", text: "" }];
}

function textsOf(part: Part): readonly string[] {
  switch (part.type) {
    case "text":
    case "refusal":
    case "reasoning":
      return [part.text];
    case "tool_call":
      return [part.name, readJson(part.arguments)];
    case "tool_result":
      return part.parts.flatMap(textsOf);
    case "image":
      return part.source.kind === "url" ? [part.source.url] : [];
  }
}
