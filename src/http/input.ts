import { type TSchema, Type } from "typebox";
import Value from "typebox/value";
import type { Endpoint } from "#api/endpoint.ts";
import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { invalid } from "./invalid.ts";
import { readJsonObject } from "./json.ts";
import { knownSchema } from "./schema.ts";
import { parametersOf } from "./texts.ts";

/** The parts of a request that make up an endpoint's input. */
export interface InputParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: string;
}

/**
 * Path parameters, query and body as one validated object. A path parameter wins over a field of the same name, so that
 * what the gate was asked about is what the URL says. Texts of path, query and forms are converted to the schema's types;
 * JSON has types of its own, and is taken as it is.
 * @throws Fault MALFORMED_REQUEST when the body is not what the endpoint accepts, INVALID_PARAMETER_VALUE when a field is wrong,
 *   BAD_REQUEST when a form's parameter is in the URL, where logs and histories keep it (RFC 6749 section 2.3.1).
 */
export function readInput(endpoint: Pick<Endpoint, "input" | "accepts">, parts: InputParts): unknown {
  const accepts = endpoint.accepts ?? "json";
  if (accepts === "form" && parts.query.size > 0)
    throw new Fault(
      "BAD_REQUEST",
      "The parameters of a form are sent in the body, never in the URL. Change any secret that was sent so.",
    );
  const schema = endpoint.input;
  const { check, cleaned: clean, converted } = knownSchema(schema);
  const query = converted(fieldsOf(parts.query));
  const json = accepts === "json" ? jsonOf(schema, parts.body) : {};
  const other = accepts === "form" ? converted(formOf(parts.body)) : {};
  const raw = accepts === "raw" ? { body: parts.body } : {};
  const params = converted(parts.params);
  const cleaned = clean({ ...query, ...json, ...other, ...raw, ...params });
  if (!check(cleaned)) throw invalid(schema, cleaned, new Set(Object.keys(json)));
  return cleaned;
}

/** A parameter that is sent several times is a list. */
function fieldsOf(query: URLSearchParams): Record<string, unknown> {
  if (query.size === 0) return {};
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

/** In JSON as protobuf writes it, null is the same as leaving a field out, unless the field knows it. */
function jsonOf(schema: TSchema, body: string): JsonObject {
  if (body === "") return {};
  const properties = Type.IsObject(schema) ? schema.properties : {};
  const isSent = ([name, value]: [string, unknown]): boolean =>
    value !== null || (Object.hasOwn(properties, name) && Value.Check(properties[name]!, null));
  return Object.fromEntries(Object.entries(readJsonObject(body)).filter(isSent));
}

/** RFC 6749 section 3.2: parameters must not be sent more than once. */
function formOf(body: string): Record<string, unknown> {
  const read = new Map<string, string>();
  for (const [name, value] of parametersOf(body)) {
    if (read.has(name)) throw new Fault("BAD_REQUEST", `The parameter '${name}' was sent more than once.`);
    read.set(name, value);
  }
  return Object.fromEntries(read);
}
