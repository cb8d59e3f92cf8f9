import type { TSchema } from "typebox";
import Value from "typebox/value";
import type { Endpoint } from "#api/endpoint.ts";
import { isJsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";

/** The parts of a request that make up an endpoint's input. */
export interface InputParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: string;
}

/**
 * Path parameters, query and body as one validated object. A path parameter wins over a field of the same name, so that
 * what the gate was asked about is what the URL says. Texts in path, query and forms are converted to the schema's types.
 * @throws Fault MALFORMED_REQUEST when the body is not what the endpoint accepts, INVALID_PARAMETER_VALUE when a field is wrong.
 */
export function readInput(endpoint: Pick<Endpoint, "input" | "accepts">, parts: InputParts): unknown {
  const merged = { ...queryOf(parts.query), ...bodyOf(endpoint.accepts ?? "json", parts.body), ...parts.params };
  const converted = Value.Convert(endpoint.input, merged);
  const cleaned = Value.Clean(endpoint.input, converted);
  if (!Value.Check(endpoint.input, cleaned)) throw invalid(endpoint.input, cleaned);
  return cleaned;
}

function queryOf(query: URLSearchParams): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    read[name] = values.length === 1 ? values[0] : values;
  }
  return read;
}

function bodyOf(accepts: "json" | "form" | "raw", body: string): Record<string, unknown> {
  if (accepts === "raw") return { body };
  if (body === "") return {};
  if (accepts === "form") return formOf(body);
  const parsed = parseJson(body);
  if (!isJsonObject(parsed)) throw new Fault("MALFORMED_REQUEST", "The request body must be a JSON object.");
  return { ...parsed };
}

/** RFC 6749 section 3.2: parameters must not be sent more than once. */
function formOf(body: string): Record<string, unknown> {
  const form = new URLSearchParams(body);
  const read: Record<string, unknown> = {};
  for (const [name, value] of form) {
    if (name in read) throw new Fault("BAD_REQUEST", `The parameter '${name}' was sent more than once.`);
    read[name] = value;
  }
  return read;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body, (key, value) => (key === "__proto__" ? undefined : value));
  } catch (cause) {
    throw new Fault("MALFORMED_REQUEST", "The request body is not valid JSON.", { cause });
  }
}

function invalid(schema: TSchema, value: unknown): Fault {
  const [first] = Value.Errors(schema, value);
  const where = first?.instancePath.replaceAll("/", ".").replace(/^\./, "");
  return new Fault(
    "INVALID_PARAMETER_VALUE",
    `${where ? `'${where}'` : "The request"}: ${first?.message ?? "is not valid"}.`,
  );
}
