import type { JsonObject } from "#base/json.ts";
import type { Answer } from "./answer.ts";
import type { AnswerEvent } from "./events.ts";
import type { ModelRequest } from "./request.ts";

/** What a surface's answer says beside the model's words. */
export interface AnswerFrame {
  /** Without the protocol's own prefix, which the surface puts before it. */
  readonly id: string;
  /** What the caller asked for as `model`. */
  readonly model: string;
  /** Seconds since the Unix epoch. */
  readonly created: number;
  readonly request: ModelRequest;
  /** The body as it came, for what the protocol repeats or switches by it (`stream_options`). */
  readonly body: JsonObject;
}

/** A protocol in which chat models are asked. Pure: it reads and writes, and opens nothing. */
export interface Surface {
  /**
   * The body, with the names of all that was read. Fields that the protocol does not have, or that no provider here could
   * honour, are refused by name.
   * @throws Fault BAD_REQUEST naming the field.
   */
  read(body: JsonObject): ModelRequest;
  whole(answer: Answer, frame: AnswerFrame): JsonObject;
  /** Server-sent events as text, blank lines included, up to the protocol's own end. */
  stream(events: AsyncIterable<AnswerEvent>, frame: AnswerFrame): AsyncIterable<string>;
  /** The last event of a stream that failed. */
  failure(fault: { readonly code: string; readonly message: string; readonly http: number }): string;
}
