import { isJsonObject } from "#base/json.ts";
import { type Action, endpoint, type Restriction, type What } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { AuthorizationDetail } from "#wire/oauth/authorization-details.ts";

/** What may be named: for each kind of object, where it stands in a path, and what each action of the wire is here. */
const kinds: Readonly<
  Record<string, { readonly what: (id: string) => What; readonly actions: Readonly<Record<string, Action>> }>
> = {
  "serving-endpoints": { what: endpoint, actions: { query_inference_endpoint: "endpoint.query" } },
};

/** Entries in one token; a client asks for the objects of one task. */
const DETAILS_MAX = 20;

/**
 * The `authorization_details` of a token request: a JSON list as text.
 * @throws Fault INVALID_AUTHORIZATION_DETAILS naming what is not known; nothing is dropped (RFC 9396 section 5).
 */
export function readDetails(text: string): readonly AuthorizationDetail[] {
  const parsed = parse(text);
  if (!Array.isArray(parsed) || parsed.length === 0 || parsed.length > DETAILS_MAX)
    throw invalid(`'authorization_details' is a JSON list of 1 to ${DETAILS_MAX} entries.`);
  return parsed.map(readDetail);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("INVALID_AUTHORIZATION_DETAILS", "'authorization_details' is not JSON.", { cause });
  }
}

const known = ["type", "object_type", "object_path", "actions"];

function readDetail(entry: unknown): AuthorizationDetail {
  if (!isJsonObject(entry)) throw invalid("An entry of 'authorization_details' is a JSON object.");
  const { type, object_type, object_path, actions } = entry;
  const other = Object.keys(entry).find((field) => !known.includes(field));
  if (other !== undefined) throw invalid(`'${other.slice(0, 100)}' is not a field of 'authorization_details' here.`);
  if (type !== "workspace_permission") throw invalid("The 'type' can only be 'workspace_permission' here.");
  if (typeof object_type !== "string" || !Object.hasOwn(kinds, object_type))
    throw invalid(`The 'object_type' can only be ${Object.keys(kinds).join(", ")} here.`);
  if (typeof object_path !== "string" || idIn(object_type, object_path) === undefined)
    throw invalid(`The 'object_path' is '/${object_type}/' and the object's id.`);
  const words = Object.keys(kinds[object_type]!.actions);
  if (!Array.isArray(actions) || actions.length === 0 || !actions.every((word) => words.includes(String(word))))
    throw invalid(`The 'actions' on ${object_type} can only be ${words.join(", ")} here.`);
  return { type, object_type, object_path, actions: actions.map(String) };
}

/** What a token with these details may do, and nothing else. */
export function restrictionsOf(details: readonly AuthorizationDetail[]): readonly Restriction[] {
  return details.flatMap(({ object_type, object_path, actions }) => {
    const kind = kinds[object_type]!;
    return actions.map((word) => ({ action: kind.actions[word]!, what: kind.what(idIn(object_type, object_path)!) }));
  });
}

function idIn(object_type: string, object_path: string): string | undefined {
  const prefix = `/${object_type}/`;
  const id = object_path.startsWith(prefix) ? object_path.slice(prefix.length) : "";
  return id === "" || id.includes("/") ? undefined : id;
}

const invalid = (message: string): Fault => new Fault("INVALID_AUTHORIZATION_DETAILS", message);
