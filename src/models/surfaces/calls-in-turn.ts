import type { AnswerEvent } from "../events.ts";
import { argumentsOf } from "./calls.ts";

/**
 * The events of one choice, with what belongs to each call in one piece: protocols that open one item at a time cannot go back to a call. Events
 * leave as they come until another call begins while one lacks arguments; what is not of that one then waits until its arguments are
 * whole, or the choice ends.
 */
export async function* callsInTurn(events: AsyncIterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
  const turns = new Turns();
  for await (const event of events) yield* turns.take(event);
  yield* turns.rest();
}

/** Arguments are read at most so often while others wait: a server could end each piece of a long text as JSON ends. */
const READS_MAX = 100;

class Turns {
  /** The call that leaves now, with its arguments so far. */
  #open: { readonly call: number; text: string; reads: number } | undefined;
  /** What waits, in the order in which it began; the pieces of one call together. */
  #waiting: { readonly call: number | undefined; readonly events: AnswerEvent[] }[] = [];

  *take(event: AnswerEvent): Iterable<AnswerEvent> {
    if (event.type === "usage") yield event;
    else if (event.type === "finish") {
      yield* this.rest();
      yield event;
    } else if (this.#waiting.length === 0 && (isOf(this.#open?.call, event) || this.#isWhole())) yield this.#let(event);
    else if (isOf(this.#open?.call, event)) {
      yield this.#let(event);
      while (this.#waiting.length > 0 && this.#isWhole())
        for (const next of this.#waiting.shift()!.events) yield this.#let(next);
    } else this.#wait(event);
  }

  *rest(): Iterable<AnswerEvent> {
    for (const { events } of this.#waiting.splice(0)) for (const event of events) yield this.#let(event);
  }

  #let(event: AnswerEvent): AnswerEvent {
    if (event.type === "tool_call") this.#open = { call: event.call, text: "", reads: 0 };
    else if (event.type === "tool_arguments" && this.#open?.call === event.call) this.#open.text += event.text;
    return event;
  }

  /** Nothing more can belong to the call that leaves now. */
  #isWhole(): boolean {
    if (this.#open === undefined) return true;
    if (!this.#open.text.trimEnd().endsWith("}") || this.#open.reads >= READS_MAX) return false;
    this.#open.reads += 1;
    return argumentsOf(this.#open.text) !== undefined;
  }

  #wait(event: AnswerEvent): void {
    const call = "call" in event ? event.call : undefined;
    const known = call === undefined ? this.#waiting.at(-1) : this.#waiting.find((one) => one.call === call);
    if (known && known.call === call) known.events.push(event);
    else this.#waiting.push({ call, events: [event] });
  }
}

const isOf = (call: number | undefined, event: AnswerEvent): boolean => "call" in event && event.call === call;
