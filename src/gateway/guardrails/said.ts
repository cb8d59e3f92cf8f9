import type { AnswerEvent } from "#models/mod.ts";
import { readJson } from "./json-text.ts";

/** What a choice says, each channel by itself; the arguments of calls as whoever gets them reads them. */
export function saidIn(events: readonly AnswerEvent[]): string {
  const channels = new Map<string, string[]>();
  for (const event of events) {
    if (event.type === "usage" || event.type === "finish") continue;
    const key =
      event.type === "tool_arguments" || event.type === "tool_call" ? `${event.type} ${event.call}` : event.type;
    const pieces = channels.get(key) ?? [];
    channels.set(key, pieces);
    pieces.push(event.type === "tool_call" ? `${event.name} ${event.id}` : event.text);
  }
  const read = ([key, pieces]: readonly [string, readonly string[]]): string =>
    key.startsWith("tool_arguments") ? readJson(pieces.join("")) : pieces.join("");
  return [...channels].map(read).join("\n");
}
