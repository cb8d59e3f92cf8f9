import { isJsonObject, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";

/** What the caller calls a question, for the ledger alone: it never reaches a model. */
export interface Labels {
  readonly client_request_id?: string;
  readonly usage_context?: Readonly<Record<string, string>>;
}

/** They go into a row of the ledger, whose size a caller does not choose. */
const ID_CHARACTERS_MAX = 256;
const CONTEXT_CHARACTERS_MAX = 4_096;

/**
 * Takes the caller's labels out of a body. Source: databricks-sdk-py `serving_endpoints.query`, `client_request_id` and
 * `usage_context`.
 * @throws Fault BAD_REQUEST
 */
export function takeLabels(body: JsonObject): { readonly labels: Labels; readonly body: JsonObject } {
  const { client_request_id, usage_context, ...rest } = body;
  return {
    labels: {
      ...(client_request_id !== undefined && { client_request_id: idOf(client_request_id) }),
      ...(usage_context !== undefined && { usage_context: contextOf(usage_context) }),
    },
    body: rest,
  };
}

function idOf(value: unknown): string {
  if (typeof value === "string" && value.length <= ID_CHARACTERS_MAX) return value;
  throw new Fault("BAD_REQUEST", `'client_request_id' must be a text of at most ${ID_CHARACTERS_MAX} characters.`);
}

function contextOf(value: unknown): Readonly<Record<string, string>> {
  const isTexts = isJsonObject(value) && Object.values(value).every((one) => typeof one === "string");
  if (isTexts && JSON.stringify(value).length <= CONTEXT_CHARACTERS_MAX) return value as Record<string, string>;
  throw new Fault(
    "BAD_REQUEST",
    `'usage_context' must be an object of texts, of at most ${CONTEXT_CHARACTERS_MAX} characters in all.`,
  );
}
