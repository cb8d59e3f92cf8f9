import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { AnswerEvent } from "../../events.ts";
import { type OpenItem, openCall, openMessage, openThought } from "./open.ts";
import type { Shown, Status } from "./response.ts";

/** An event of the stream before it is numbered. */
export type Told = JsonObject & { readonly type: string };

type Said = Exclude<AnswerEvent, { readonly type: "usage" | "finish" }>;

/** The items of a response, one after another: each is told when it begins, as it grows, and when it is done. */
export class Items {
  readonly done: JsonObject[] = [];
  readonly #id: string;
  readonly #shown: Shown;
  #open: OpenItem | undefined;

  constructor(id: string, shown: Shown) {
    this.#id = id;
    this.#shown = shown;
  }

  *say(event: Said): Generator<Told> {
    if (!this.#isHeard(event)) return;
    const key = keyOf(event);
    if (this.#open?.key !== key) {
      yield* this.close("completed");
      this.#open = this.#begin(event, key);
      yield {
        type: "response.output_item.added",
        output_index: this.done.length,
        item: this.#open.item("in_progress"),
      };
    }
    yield* this.#open.say(event);
  }

  *close(status: Status): Generator<Told> {
    if (!this.#open) return;
    yield* this.#open.end();
    const item = this.#open.item(status);
    yield { type: "response.output_item.done", output_index: this.done.length, item };
    this.done.push(item);
    this.#open = undefined;
  }

  #begin(event: Said, key: string): OpenItem {
    const output_index = this.done.length;
    const place = (prefix: string) => ({ item_id: `${prefix}_${this.#id}_${output_index}`, output_index });
    if (event.type === "tool_arguments")
      throw new Fault("BAD_GATEWAY", "The model's server mixed the arguments of several tool calls. Ask again.");
    if (event.type === "tool_call") return openCall(key, place("fc"), event);
    if (event.type === "reasoning") return openThought(key, place("rs"), this.#shown);
    return openMessage(key, place("msg"));
  }

  /** An empty text begins nothing, and what was thought is not shown to everyone. */
  #isHeard(event: Said): boolean {
    if (event.type === "tool_call") return true;
    if (event.type !== "reasoning") return event.text !== "";
    return (this.#shown.text && event.text !== "") || (this.#shown.proof && event.signature !== undefined);
  }
}

/** What belongs to one item. */
function keyOf(event: Said): string {
  if (event.type === "tool_call" || event.type === "tool_arguments") return `call ${event.call}`;
  return event.type === "reasoning" ? "reasoning" : "message";
}
