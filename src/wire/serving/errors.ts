import type { JsonObject } from "#base/json.ts";

/** A fault as far as the protocols of models tell it. `http` is its status. */
export interface ToldFault {
  readonly code: string;
  readonly message: string;
  readonly http: number;
}

/** Anthropic's kinds of error by HTTP status; of a status in no row, the row above it. Source: docs.anthropic.com/en/api/errors. */
// biome-ignore format: a table is read in columns
const anthropicTypes = [
  [504, "timeout_error"],         [503, "overloaded_error"],  [499, "api_error"],         [429, "rate_limit_error"],
  [414, "invalid_request_error"], [413, "request_too_large"], [405, "invalid_request_error"], [404, "not_found_error"],
  [403, "permission_error"],      [402, "billing_error"],     [401, "authentication_error"], [400, "invalid_request_error"],
] as const;

/** google.rpc's names of HTTP statuses. Source: cloud.google.com/apis/design/errors#handling_errors. */
// biome-ignore format: a table is read in columns
const googleStatuses = [
  [504, "DEADLINE_EXCEEDED"], [502, "UNAVAILABLE"],       [501, "UNIMPLEMENTED"], [500, "INTERNAL"],          [499, "CANCELLED"],
  [430, "INVALID_ARGUMENT"],  [429, "RESOURCE_EXHAUSTED"], [410, "INVALID_ARGUMENT"], [409, "ABORTED"],       [405, "INVALID_ARGUMENT"],
  [404, "NOT_FOUND"],         [403, "PERMISSION_DENIED"], [402, "INVALID_ARGUMENT"], [401, "UNAUTHENTICATED"], [400, "INVALID_ARGUMENT"],
] as const;

/** OpenAI's kinds of error by HTTP status. Source: platform.openai.com/docs/guides/error-codes. */
// biome-ignore format: a table is read in columns
const openaiTypes = [
  [500, "server_error"], [430, "invalid_request_error"], [429, "rate_limit_error"], [400, "invalid_request_error"],
] as const;

const named = (table: readonly (readonly [number, string])[], http: number): string =>
  (table.find(([from]) => http >= from) ?? table.at(-1)!)[1];

/** An error as OpenAI's clients read it, whole and amid a stream: they show `error` and nothing else. Source: openai-node `core/error`. */
export function openaiError({ code, message, http }: ToldFault): { readonly error: JsonObject } {
  return { error: { message, type: named(openaiTypes, http), param: null, code } };
}

/** An error as the Anthropic API says it, whole and amid a stream. */
export function anthropicError({ message, http }: ToldFault): JsonObject {
  return { type: "error", error: { type: named(anthropicTypes, http), message } };
}

/** An error as Google's APIs say it, whole and amid a stream. */
export function googleError({ message, http }: ToldFault): { readonly error: JsonObject } {
  return { error: { code: http, message, status: named(googleStatuses, http) } };
}
