import type { JsonObject } from "#base/json.ts";
import { withoutCredentials } from "./credentials-in-text.ts";

/** A question and what came of it, as far as it may be kept. */
export interface Exchange {
  readonly databricks_request_id: string;
  readonly client_request_id?: string | undefined;
  readonly requester: string;
  readonly served_entity_id?: string | undefined;
  readonly began_ms: number;
  readonly duration_ms: number;
  readonly status_code: number;
  readonly request: JsonObject;
  /** `too long` when it was not even gathered. */
  readonly response: JsonObject | "too long";
}

/** What is longer is not kept. Source: Databricks docs, limitations of inference tables. */
export const PAYLOAD_BYTES_MAX = 1024 * 1024;

/** Every exchange is kept. */
const SAMPLING_FRACTION = 1;

/** The row of an exchange, in the order of `payloadColumns`. */
export function rowOf(exchange: Exchange): readonly unknown[] {
  const codes: string[] = [];
  const kept = (body: JsonObject | "too long", code: string): string | null => {
    const text = body === "too long" ? null : withoutCredentials(JSON.stringify(body));
    if (text !== null && Buffer.byteLength(text) <= PAYLOAD_BYTES_MAX) return text;
    codes.push(code);
    return null;
  };
  const request = kept(exchange.request, "MAX_REQUEST_SIZE_EXCEEDED");
  const response = kept(exchange.response, "MAX_RESPONSE_SIZE_EXCEEDED");
  const time = new Date(exchange.began_ms).toISOString();
  return [
    exchange.databricks_request_id,
    time.slice(0, "YYYY-MM-DD".length),
    exchange.client_request_id ?? null,
    time,
    exchange.status_code,
    SAMPLING_FRACTION,
    exchange.duration_ms,
    request,
    response,
    codes,
    exchange.served_entity_id ?? null,
    exchange.requester,
  ];
}
