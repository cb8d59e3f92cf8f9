import type { AnswerEvent } from "#models/mod.ts";
import { type Blocked, type Channel, type ChannelRules, guardShort, JsonText, RunningText } from "./channels.ts";

type ChoiceEvent = Exclude<AnswerEvent, { readonly type: "usage" | "finish" }>;
type Said = "text" | "reasoning" | "refusal";

interface Call {
  readonly id: string;
  readonly name: string;
  readonly arguments: Channel;
}

/**
 * One of the answers that were asked for, guarded. Texts leave as they grow; a tool's call leaves whole, at the choice's end, as nobody
 * can run half a call. Each channel has its own order; what one holds back keeps no other waiting.
 */
export class GuardedChoice {
  readonly #choice: number;
  readonly #rules: ChannelRules;
  readonly #isJson: boolean;
  readonly #said = new Map<Said, Channel>();
  readonly #calls = new Map<number, Call>();
  #signature: string | undefined;
  readonly #foundShort: string[] = [];
  #blocked: Blocked | undefined;

  constructor(choice: number, rules: ChannelRules, isJson: boolean) {
    this.#choice = choice;
    this.#rules = rules;
    this.#isJson = isJson;
  }

  get blocked(): Blocked | undefined {
    return this.#blocked;
  }

  get found(): readonly string[] {
    const channels = [...this.#said.values(), ...[...this.#calls.values()].map((call) => call.arguments)];
    return [...channels.flatMap(({ found }) => found), ...this.#foundShort];
  }

  /** @returns what of the choice may leave now. */
  *take(event: ChoiceEvent): Iterable<AnswerEvent> {
    if (this.#blocked) return;
    if (event.type === "tool_call") this.#open(event.call, event);
    else if (event.type === "tool_arguments") {
      const call = this.#calls.get(event.call) ?? this.#open(event.call, { id: "", name: "" });
      call.arguments.push(event.text);
      this.#blocked = call.arguments.blocked;
    } else {
      const channel = this.#channel(event.type);
      if (event.type === "reasoning" && event.signature !== undefined) this.#signature = event.signature;
      const text = channel.push(event.text);
      if (text) yield { type: event.type, choice: this.#choice, text };
      this.#blocked = channel.blocked;
    }
  }

  /** @returns what was held back: nothing more comes. */
  *end(): Iterable<AnswerEvent> {
    for (const [type, channel] of this.#said) {
      if (this.#blocked) return;
      const text = channel.end();
      const signature = type === "reasoning" && channel.found.length === 0 ? this.#signature : undefined;
      const isSigned = signature !== undefined && !channel.blocked;
      if (text || isSigned) yield { type, choice: this.#choice, text, ...(isSigned && { signature }) } as AnswerEvent;
      this.#blocked = channel.blocked;
    }
    for (const [call, guarded] of this.#calls) {
      if (this.#blocked) return;
      yield* this.#whole(call, guarded);
    }
  }

  *#whole(call: number, guarded: Call): Iterable<AnswerEvent> {
    const name = guardShort(guarded.name, this.#rules);
    const id = guardShort(guarded.id, this.#rules);
    this.#foundShort.push(...name.found, ...id.found);
    const text = guarded.arguments.end();
    this.#blocked = name.blocked ?? id.blocked ?? guarded.arguments.blocked;
    if (this.#blocked) return;
    const choice = this.#choice;
    // Two calls whose ids are masked alike would be one.
    yield {
      type: "tool_call",
      choice,
      call,
      id: id.found.length > 0 ? `masked_${choice}_${call}` : id.text,
      name: name.text,
    };
    if (text) yield { type: "tool_arguments", choice, call, text };
  }

  #open(call: number, { id, name }: { readonly id: string; readonly name: string }): Call {
    const opened = { id, name, arguments: this.#calls.get(call)?.arguments ?? new JsonText(this.#rules) };
    this.#calls.set(call, opened);
    return opened;
  }

  #channel(type: Said): Channel {
    const known = this.#said.get(type);
    if (known) return known;
    const channel = type === "text" && this.#isJson ? new JsonText(this.#rules) : new RunningText(this.#rules);
    this.#said.set(type, channel);
    return channel;
  }
}
