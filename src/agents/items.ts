import { isJsonObject, type JsonObject } from "#base/json.ts";

/** An event with its place in the answer, and the openings that have to go before it. */
interface Placed {
  readonly before: readonly JsonObject[];
  readonly output_index?: number;
}

/**
 * The items of one answer, in the order in which the agent began them. Agents mostly send an item's text and its end, not its
 * beginning; the official OpenAI clients build their answer from events and throw at a piece of an item that was never opened.
 * Source: openai-node `ResponseAccumulator`, openai-python `lib/streaming/responses`.
 */
export class Items {
  readonly #ids: string[] = [];
  readonly #parts = new Set<string>();
  readonly #done = new Map<number, JsonObject>();

  /** Finished items, in order. */
  get finished(): readonly JsonObject[] {
    return this.#ids.map((_, place) => this.#done.get(place)).filter((item) => item !== undefined);
  }

  /** An event of no item has no place. */
  place(event: JsonObject): Placed {
    const item = isJsonObject(event.item) ? event.item : undefined;
    const id = event.item_id ?? item?.id ?? (item && `item_${this.#ids.length}`);
    if (typeof id !== "string") return { before: [] };
    const known = this.#ids.indexOf(id);
    const output_index = known < 0 ? this.#ids.push(id) - 1 : known;
    const before: JsonObject[] = [];
    if (known < 0 && event.type !== "response.output_item.added") before.push(...itemOpened(event, id, output_index));
    before.push(...this.#partOpened(event, id, output_index));
    return { before, output_index };
  }

  finish(output_index: number, item: JsonObject): void {
    this.#done.set(output_index, item);
  }

  #partOpened(event: JsonObject, item_id: string, output_index: number): readonly JsonObject[] {
    const content_index = event.content_index ?? 0;
    const part = `${output_index}/${String(content_index)}`;
    const isText = isTextEvent(event);
    if (this.#parts.has(part) || !(isText || event.type === "response.content_part.added")) return [];
    this.#parts.add(part);
    if (!isText) return [];
    const empty = { type: "output_text", text: "", annotations: [] };
    return [{ type: "response.content_part.added", item_id, output_index, content_index, part: empty }];
  }
}

/** The beginning of an item, as far as its first event tells what it is. */
function itemOpened(event: JsonObject, id: string, output_index: number): readonly JsonObject[] {
  const began = isJsonObject(event.item) ? event.item : isTextEvent(event) ? { id, type: "message" } : undefined;
  if (!began) return [];
  const empty = began.type === "message" ? { role: began.role ?? "assistant", content: [] } : {};
  return [{ type: "response.output_item.added", output_index, item: { ...began, ...empty, status: "in_progress" } }];
}

const isTextEvent = ({ type }: JsonObject): boolean =>
  typeof type === "string" && type.startsWith("response.output_text.");
