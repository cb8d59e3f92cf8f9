import type { Finding } from "#kernel/mod.ts";
import type { AnswerEvent, ModelRequest } from "#models/mod.ts";
import type { GuardrailParameters } from "#wire/serving/ai-gateway.ts";
import { guardOutput, type OutputContext } from "../../../src/gateway/guardrails/mod.ts";

export const asked: ModelRequest = {
  messages: [{ role: "user", parts: [{ type: "text", text: "hello" }] }],
  tools: [],
  sampling: {},
  stream: true,
};

/** Texts cut into single units, choices taking turns. */
export function interleaved(choices: readonly (readonly AnswerEvent[])[]): readonly AnswerEvent[] {
  const cut = choices.map((events) =>
    events.flatMap((event) =>
      "text" in event ? event.text.split("").map((text) => ({ ...event, text }) as AnswerEvent) : [event],
    ),
  );
  const all: AnswerEvent[] = [];
  for (let at = 0; cut.some((events) => at < events.length); at += 1)
    for (const events of cut) if (events[at]) all.push(events[at]!);
  return all;
}

export async function* stream(events: Iterable<AnswerEvent>, broken?: Error): AsyncGenerator<AnswerEvent> {
  yield* events;
  if (broken) throw broken;
}

/** What left of an answer, and how it ended. */
export interface Left {
  readonly events: readonly AnswerEvent[];
  readonly findings: readonly Finding[];
  readonly thrown: unknown;
}

/** The events under a guard, drawn to their end. */
export async function guarded(
  events: AsyncIterable<AnswerEvent>,
  config: GuardrailParameters,
  options: Partial<OutputContext> = {},
): Promise<Left> {
  const findings: Finding[] = [];
  const left: AnswerEvent[] = [];
  const context: OutputContext = {
    request: asked,
    isWhole: false,
    signal: new AbortController().signal,
    onFindings: (found) => findings.push(...found),
    ...options,
  };
  try {
    for await (const event of guardOutput(events, config, context)) left.push(event);
    return { events: left, findings, thrown: undefined };
  } catch (thrown) {
    return { events: left, findings, thrown };
  }
}
