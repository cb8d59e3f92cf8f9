import type { AnswerEvent, FinishReason, Usage } from "./events.ts";

/** One of the answers that were asked for, whole. */
export interface Choice {
  readonly text: string;
  readonly reasoning: string;
  readonly signature?: string;
  readonly refusal: string;
  readonly tool_calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finish: FinishReason;
}

/** An answer whole: all its choices, in order. */
export interface Answer {
  readonly choices: readonly Choice[];
  readonly usage?: Usage;
}

interface Growing {
  text: string;
  reasoning: string;
  signature?: string;
  refusal: string;
  readonly tool_calls: { id: string; name: string; arguments: string }[];
  finish: FinishReason;
}

/** Folds events as they come; what is left of a stream that broke is what it said until then. */
export class AnswerFold {
  readonly #choices: Growing[] = [];
  #usage: Usage | undefined;

  add(event: AnswerEvent): void {
    if (event.type === "usage") {
      this.#usage = event.usage;
      return;
    }
    const choice = this.#choice(event.choice);
    if (event.type === "finish") choice.finish = event.reason;
    else if (event.type === "tool_call")
      choice.tool_calls[event.call] = { id: event.id, name: event.name, arguments: "" };
    else if (event.type === "tool_arguments") {
      const call = choice.tool_calls[event.call];
      if (call) call.arguments += event.text;
    } else {
      choice[event.type] += event.text;
      if (event.type === "reasoning" && event.signature !== undefined) choice.signature = event.signature;
    }
  }

  /** What was said so far. */
  get answer(): Answer {
    const choices = this.#choices.map((one) => ({ ...one, tool_calls: one.tool_calls.map((call) => ({ ...call })) }));
    return { choices, ...(this.#usage && { usage: this.#usage }) };
  }

  #choice(index: number): Growing {
    while (this.#choices.length <= index)
      this.#choices.push({ text: "", reasoning: "", refusal: "", tool_calls: [], finish: "stop" });
    return this.#choices[index]!;
  }
}

/** The answer that the events come to. */
export async function wholeAnswer(events: AsyncIterable<AnswerEvent>): Promise<Answer> {
  const fold = new AnswerFold();
  for await (const event of events) fold.add(event);
  return fold.answer;
}

/** The events of an answer that came whole, each text in one piece. */
export function* eventsOf(answer: Answer): Iterable<AnswerEvent> {
  for (const [choice, { text, reasoning, signature, refusal, tool_calls, finish }] of answer.choices.entries()) {
    if (reasoning || signature !== undefined)
      yield { type: "reasoning", choice, text: reasoning, ...(signature !== undefined && { signature }) };
    if (text) yield { type: "text", choice, text };
    if (refusal) yield { type: "refusal", choice, text: refusal };
    for (const [call, { id, name, arguments: text }] of tool_calls.entries()) {
      yield { type: "tool_call", choice, call, id, name };
      if (text) yield { type: "tool_arguments", choice, call, text };
    }
    yield { type: "finish", choice, reason: finish };
  }
  if (answer.usage) yield { type: "usage", usage: answer.usage };
}
