import type { JsonObject } from "#base/json.ts";

/** An answer on its way out: what it took is durable before the last of it leaves. */
export interface Answered {
  readonly headers: Readonly<Record<string, string>>;
  /** Whole, or server-sent events as text, the last of which comes when the record is durable. */
  readonly body: JsonObject | AsyncIterable<string>;
}
