import { isJsonObject, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { RequestTags } from "./limits/mod.ts";

/** What the caller calls a question, for the ledger alone: it never reaches a model. */
export interface Labels {
  readonly client_request_id?: string;
  readonly usage_context?: Readonly<Record<string, string>>;
  readonly request_tags?: RequestTags;
}

/** The header that tags a question. Source: Databricks docs "Request tagging" of the AI Gateway. */
export const REQUEST_TAGS_HEADER = "databricks-ai-gateway-request-tags";

/** They go into a row of the ledger, whose size a caller does not choose. */
const ID_CHARACTERS_MAX = 256;
const CONTEXT_CHARACTERS_MAX = 4_096;

/**
 * Takes the caller's labels out of a body, and its tags out of the header that has them. Source: databricks-sdk-py
 * `serving_endpoints.query`, `client_request_id` and `usage_context`.
 * @throws Fault BAD_REQUEST
 */
export function takeLabels(body: JsonObject, tags?: string): { readonly labels: Labels; readonly body: JsonObject } {
  const { client_request_id, usage_context, ...rest } = body;
  return {
    labels: {
      ...(client_request_id !== undefined && { client_request_id: idOf(client_request_id) }),
      ...(usage_context !== undefined && { usage_context: textsOf(usage_context, "'usage_context'") }),
      ...(tags !== undefined && { request_tags: textsOf(parsed(tags), `The header '${REQUEST_TAGS_HEADER}'`) }),
    },
    body: rest,
  };
}

function idOf(value: unknown): string {
  if (typeof value === "string" && value.length <= ID_CHARACTERS_MAX) return value;
  throw new Fault("BAD_REQUEST", `'client_request_id' must be a text of at most ${ID_CHARACTERS_MAX} characters.`);
}

function textsOf(value: unknown, what: string): RequestTags {
  const isTexts = isJsonObject(value) && Object.values(value).every((one) => typeof one === "string");
  if (isTexts && JSON.stringify(value).length <= CONTEXT_CHARACTERS_MAX) return value as Record<string, string>;
  throw new Fault(
    "BAD_REQUEST",
    `${what} must be an object of texts, of at most ${CONTEXT_CHARACTERS_MAX} characters in all.`,
  );
}

/** A header's bytes come as Latin-1 each; JSON is UTF-8. Undefined when they are no such thing. */
function parsed(header: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "latin1")));
  } catch {
    return undefined;
  }
}

/** All that a question is called: what the header says goes before what the body does. */
export const tagsOf = ({ usage_context, request_tags }: Labels): RequestTags => ({ ...usage_context, ...request_tags });
