import type { JsonObject } from "#base/json.ts";
import type { AnswerEvent } from "../../events.ts";
import type { Told } from "./output.ts";
import type { Shown, Status } from "./response.ts";

/** An item that the model is at. */
export interface OpenItem {
  readonly key: string;
  /** As it is now. */
  item(status: Status): JsonObject;
  say(event: AnswerEvent): Generator<Told>;
  end(): Generator<Told>;
}

interface Place {
  readonly item_id: string;
  readonly output_index: number;
}

type Call = Extract<AnswerEvent, { readonly type: "tool_call" }>;

export function openCall(key: string, place: Place, { id, name }: Call): OpenItem {
  let said = "";
  const type = "response.function_call_arguments";
  return {
    key,
    item: (status) => ({ id: place.item_id, type: "function_call", status, call_id: id, name, arguments: said }),
    *say(event) {
      if (event.type !== "tool_arguments" || event.text === "") return;
      said += event.text;
      yield { type: `${type}.delta`, ...place, delta: event.text };
    },
    *end() {
      yield { type: `${type}.done`, ...place, name, arguments: said };
    },
  };
}

/** What the model thought, as one part of a summary; its proof is told with the whole item. */
export function openThought(key: string, place: Place, shown: Shown): OpenItem {
  let said = "";
  let proof: string | undefined;
  const at = { ...place, summary_index: 0 };
  const part = () => ({ type: "summary_text", text: said });
  return {
    key,
    item: (status) => ({
      id: place.item_id,
      type: "reasoning",
      status,
      summary: said === "" ? [] : [part()],
      ...(shown.proof && { encrypted_content: proof ?? null }),
    }),
    *say(event) {
      if (event.type !== "reasoning") return;
      proof = event.signature ?? proof;
      if (!shown.text || event.text === "") return;
      if (said === "") yield { type: "response.reasoning_summary_part.added", ...at, part: part() };
      said += event.text;
      yield { type: "response.reasoning_summary_text.delta", ...at, delta: event.text };
    },
    *end() {
      if (said === "") return;
      yield { type: "response.reasoning_summary_text.done", ...at, text: said };
      yield { type: "response.reasoning_summary_part.done", ...at, part: part() };
    },
  };
}

interface Content {
  readonly type: "output_text" | "refusal";
  said: string;
}

/** What the model says to the reader: texts and refusals, each a content of its own. */
export function openMessage(key: string, place: Place): OpenItem {
  const contents: Content[] = [];
  const whole = ({ type, said }: Content): JsonObject =>
    type === "refusal" ? { type, refusal: said } : { type, text: said, annotations: [], logprobs: [] };
  const at = () => ({ ...place, content_index: contents.length - 1 });
  function* endContent(): Generator<Told> {
    const content = contents.at(-1);
    if (!content) return;
    const { type, said } = content;
    const told = type === "refusal" ? { refusal: said } : { text: said, logprobs: [] };
    yield { type: `response.${type}.done`, ...at(), ...told };
    yield { type: "response.content_part.done", ...at(), part: whole(content) };
  }
  return {
    key,
    item: (status) => ({ id: place.item_id, type: "message", role: "assistant", status, content: contents.map(whole) }),
    *say(event) {
      if (event.type !== "text" && event.type !== "refusal") return;
      const type = event.type === "text" ? "output_text" : "refusal";
      if (contents.at(-1)?.type !== type) {
        yield* endContent();
        const content: Content = { type, said: "" };
        contents.push(content);
        yield { type: "response.content_part.added", ...at(), part: whole(content) };
      }
      contents.at(-1)!.said += event.text;
      yield {
        type: `response.${type}.delta`,
        ...at(),
        delta: event.text,
        ...(type === "output_text" && { logprobs: [] }),
      };
    },
    end: endContent,
  };
}
