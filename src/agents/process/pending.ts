import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { AGENT_EVENTS_WAITING_MAX } from "../limits.ts";

/** The events of one request on their way from the agent to whoever reads them. */
export class Pending implements AsyncIterable<JsonObject> {
  readonly #waiting: JsonObject[] = [];
  #end: { readonly fault?: Fault } | undefined;
  #wake: (() => void) | undefined;

  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  push(event: JsonObject): void {
    if (this.#end) return;
    if (this.#waiting.length >= AGENT_EVENTS_WAITING_MAX) {
      this.end(new Fault("RESOURCE_EXHAUSTED", "The answer is read more slowly than the agent writes it. Call again."));
      return;
    }
    this.#waiting.push(event);
    this.#wake?.();
  }

  /** Ends the request, once: in order after the events so far, or with a fault. */
  end(fault?: Fault): void {
    this.#end ??= fault ? { fault } : {};
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JsonObject> {
    for (;;) {
      while (this.#waiting.length > 0) yield this.#waiting.shift()!;
      if (this.#end?.fault) throw this.#end.fault;
      if (this.#end) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
