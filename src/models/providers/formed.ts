import type { AnswerEvent } from "../events.ts";

/**
 * The events of an answer, held to the order that the form promises, whatever a provider says: nothing follows a choice's end,
 * arguments are those of a call that was opened, once, and what was counted comes last. What is out of order is passed over:
 * guardrails and surfaces have closed what it would belong to.
 */
export async function* formed(events: AsyncIterable<AnswerEvent> | Iterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
  const ended = new Set<number>();
  const calls = new Set<string>();
  let counted: AnswerEvent | undefined;
  for await (const event of events) {
    if (event.type === "usage") {
      counted = event;
      continue;
    }
    if (ended.has(event.choice)) continue;
    if (event.type === "finish") ended.add(event.choice);
    if (event.type === "tool_call" || event.type === "tool_arguments") {
      const call = `${event.choice} ${event.call}`;
      const isOpen = calls.has(call);
      if (isOpen === (event.type === "tool_call")) continue;
      calls.add(call);
    }
    yield event;
  }
  if (counted) yield counted;
}
