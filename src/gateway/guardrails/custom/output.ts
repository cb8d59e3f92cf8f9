import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { type AnswerEvent, AnswerFold } from "#models/mod.ts";
import type { CustomGuardrail } from "#wire/serving/ai-gateway.ts";
import { type AskEndpoint, type Consulted, consult } from "./consult.ts";

/** Of one choice's events, what each endpoint in turn would have in their place; the first that rejects it ends that. */
export async function consultOutput(
  choice: number,
  events: readonly AnswerEvent[],
  rules: readonly CustomGuardrail[],
  to: { readonly ask: AskEndpoint | undefined; readonly signal: AbortSignal },
): Promise<{ readonly value: readonly AnswerEvent[]; readonly said: readonly Consulted<readonly AnswerEvent[]>[] }> {
  const said: Consulted<readonly AnswerEvent[]>[] = [];
  let value = events;
  for (const rule of rules) {
    const before = value;
    const message = messageOf(choice, before);
    const mode = { phase: "output", stream_mode: "non_streaming" };
    const body = { choices: [{ index: 0, message, finish_reason: "stop" }], mode };
    const replaced = ({ choices }: JsonObject) => eventsLike(choice, before, choices);
    const one = await consult(rule, value, { body, replaced }, to);
    said.push(one);
    if (one.rejected) break;
    value = one.value;
  }
  return { value, said };
}

/** All that a choice says, its reasoning too, as a message of a chat completion. */
function messageOf(choice: number, events: readonly AnswerEvent[]): JsonObject {
  const fold = new AnswerFold();
  for (const event of events) fold.add(event);
  const { text, reasoning, refusal, tool_calls } = fold.answer.choices[choice]!;
  return {
    role: "assistant",
    content: text,
    ...(reasoning && { reasoning_content: reasoning }),
    ...(refusal && { refusal }),
    ...(tool_calls.length > 0 && {
      tool_calls: tool_calls.map(({ id, name, arguments: text }) => ({
        id,
        type: "function",
        function: { name, arguments: text },
      })),
    }),
  };
}

/**
 * A choice that says `choices[0].message` instead: what it thought and refused is left out, and each tool's call has the arguments that are given
 * for it. @throws Error when a call is missing, or one is there that the model did not make.
 */
function eventsLike(choice: number, events: readonly AnswerEvent[], choices: Json | undefined): readonly AnswerEvent[] {
  const [one] = Array.isArray(choices) ? (choices as readonly Json[]) : [];
  const message = isJsonObject(one) ? one.message : undefined;
  if (!isJsonObject(message)) throw new Error("no message was put in its place");
  const { content, tool_calls = [] } = message;
  if (typeof content !== "string" && content !== null) throw new Error("its content is no text");
  const opened = events.filter((event) => event.type === "tool_call");
  if (!Array.isArray(tool_calls) || tool_calls.length !== opened.length) throw new Error("its calls are others");
  const calls = opened.flatMap((event, place): AnswerEvent[] => {
    const called = (tool_calls as readonly Json[])[place];
    const made = isJsonObject(called) && called.id === event.id ? called.function : undefined;
    if (!isJsonObject(made) || made.name !== event.name || typeof made.arguments !== "string")
      throw new Error("its calls are others");
    return [event, { type: "tool_arguments", choice, call: event.call, text: made.arguments }];
  });
  return [...(content ? [{ type: "text", choice, text: content } as const] : []), ...calls];
}
