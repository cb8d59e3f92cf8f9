import type { JsonObject } from "#base/json.ts";
import type { FinishReason } from "../events.ts";
import type { Sampling } from "../request.ts";
import type { ChatItem } from "./history.ts";
import type { Functions } from "./runtime.ts";

/** One answer that is wanted of the model; of a question with `n` above 1, one of them. */
export interface Wanted {
  readonly history: readonly ChatItem[];
  readonly sampling: Omit<Sampling, "n">;
  readonly functions?: Functions;
  readonly isOneCall: boolean;
  /** The answer is JSON of this schema, in the words that the grammar knows. */
  readonly schema?: JsonObject;
}

/** To the model's process. `id` is of one answer. */
export type ToProcess =
  | { readonly type: "answer"; readonly id: number; readonly wanted: Wanted }
  | { readonly type: "stop"; readonly id: number };

/** A piece of an answer. */
export type Piece =
  | { readonly type: "text" | "reasoning"; readonly text: string }
  | { readonly type: "call"; readonly name: string; readonly arguments: string };

/** From the model's process: it is ready or cannot be, and pieces of answers, each of which ends by `end` or `failed`. */
export type FromProcess =
  | { readonly type: "ready"; readonly context_tokens: number; readonly gpu: string | null }
  | { readonly type: "broken"; readonly why: string }
  | { readonly type: "piece"; readonly id: number; readonly piece: Piece }
  | { readonly type: "end"; readonly id: number; readonly end: End }
  /** Tokens of the prompt, when that is what is too much. */
  | { readonly type: "failed"; readonly id: number; readonly why: string; readonly prompt_tokens?: number };

export interface End {
  readonly finish: FinishReason;
  readonly prompt_tokens: number;
  readonly answer_tokens: number;
  readonly reasoning_tokens: number;
}
