import type { Finding } from "#kernel/mod.ts";
import type { AnswerEvent } from "#models/mod.ts";
import { ANSWER_BYTES_MAX } from "./create.ts";

/** An event without its text, in the process's memory, roughly. */
const EVENT_BYTES = 96;
const CHARACTER_BYTES = 2;
/** Ends of an answer that nothing cut short: neither its length nor a filter. */
const ended: ReadonlySet<string> = new Set(["stop", "tool_calls"]);

/** An event with the texts of those that say more of the same: put together at the end, since a text that grew takes several times its size. */
interface Piece {
  readonly event: AnswerEvent;
  readonly texts: string[];
}

/**
 * A model's answer as it comes, to be kept when it was whole: before any guardrail has seen it, since guardrails look at it again whenever
 * it is given again. What failed, broke off, was cut or was blocked is not kept.
 */
export class AnswerRecording {
  readonly #choices: number;
  readonly #events: Piece[] = [];
  readonly #ended = new Set<number>();
  #bytes = 0;
  #isSpoilt = false;
  #isOver = false;

  /** @param choices that were asked for, each of which must end */
  constructor(choices: number) {
    this.#choices = choices;
  }

  async *of(events: AsyncIterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
    for await (const event of events) {
      this.#add(event);
      yield event;
    }
    this.#isOver = true;
  }

  /** What the guardrails found in it: what they blocked is not given again. */
  looked(findings: readonly Finding[]): void {
    if (findings.some(({ action }) => action === "block")) this.#spoil();
  }

  /** The answer, when it may be kept. */
  get whole(): { readonly events: readonly AnswerEvent[]; readonly bytes: number } | undefined {
    const isWhole = this.#isOver && !this.#isSpoilt && this.#ended.size === this.#choices;
    return isWhole ? { events: this.#events.map(eventOf), bytes: this.#bytes } : undefined;
  }

  #add(event: AnswerEvent): void {
    if (event.type === "finish") {
      this.#ended.add(event.choice);
      if (!ended.has(event.reason)) this.#spoil();
    }
    if (this.#isSpoilt) return;
    const last = this.#events.at(-1);
    const isMore = last !== undefined && continues(last.event, event);
    if (!isMore) this.#events.push({ event, texts: [] });
    if ("text" in event) this.#events.at(-1)!.texts.push(event.text);
    this.#bytes += (isMore ? 0 : EVENT_BYTES) + ("text" in event ? event.text.length * CHARACTER_BYTES : 0);
    if (this.#bytes > ANSWER_BYTES_MAX) this.#spoil();
  }

  #spoil(): void {
    this.#isSpoilt = true;
    this.#events.length = 0;
  }
}

/** Whether an event says more of the text that the one before it does. */
function continues(before: AnswerEvent, event: AnswerEvent): boolean {
  if (before.type === "text") return event.type === "text" && before.choice === event.choice;
  if (before.type !== "tool_arguments" || event.type !== "tool_arguments") return false;
  return before.choice === event.choice && before.call === event.call;
}

const eventOf = ({ event, texts }: Piece): AnswerEvent =>
  "text" in event ? { ...event, text: texts.join("") } : event;
