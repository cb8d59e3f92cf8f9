import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";

/** Nesting that no schema meant for an answer comes near. */
const DEPTH_MAX = 32;
/** A grammar is made of a schema, and grows with each number in it: what is larger would keep the model from others. */
const CHARACTERS_MAX = 32_768;
const COUNT_MAX = 1_000;

/** Words that say something to people alone. */
const notes: ReadonlySet<string> = new Set(["title", "default", "examples", "$schema", "$id", "$comment", "strict"]);
/** Words that the grammar keeps, beside those that hold schemas. */
const kept: ReadonlySet<string> = new Set([...["type", "const", "enum", "description", "format", "$ref"]]);
const counts: ReadonlySet<string> = new Set([
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"],
]);
/** Each holds one schema, a list of them, or schemas by name. */
const holding: Readonly<Record<string, "one" | "list" | "named">> = {
  items: "one",
  additionalProperties: "one",
  prefixItems: "list",
  oneOf: "list",
  properties: "named",
  $defs: "named",
};
const formats: ReadonlySet<Json> = new Set(["date-time", "time", "date"]);
const scalars: ReadonlySet<Json> = new Set(["string", "number", "integer", "boolean", "null"]);

/**
 * A JSON Schema in the words of `node-llama-cpp`'s grammars. What they would overlook is refused, since the answer would not
 * hold to it; optional properties are always there, and others only where 'additionalProperties' says so, which fits any schema.
 * @throws Fault BAD_REQUEST naming the word and its place.
 */
export function grammarSchema(schema: JsonObject, at: string): JsonObject {
  if (JSON.stringify(schema).length > CHARACTERS_MAX)
    refuse(`'${at}' has more than ${CHARACTERS_MAX} characters, which is more than this model takes.`);
  const definitions = isJsonObject(schema.$defs) ? Object.keys(schema.$defs) : [];
  return written(schema, at, { depth: 0, definitions });
}

/** Where a schema stands: how deep, and what it may refer to. */
interface Place {
  readonly depth: number;
  readonly definitions: readonly string[];
}

const deeper = ({ depth, definitions }: Place): Place => ({ depth: depth + 1, definitions });

function written(schema: Json | undefined, at: string, place: Place): JsonObject {
  if (!isJsonObject(schema)) return refuse(`'${at}' must be an object.`);
  if (place.depth > DEPTH_MAX) return refuse(`'${at}' is nested deeper than ${DEPTH_MAX}.`);
  const { anyOf, required, ...rest } = schema;
  // Of what the grammar writes everything is there.
  const properties = isJsonObject(rest.properties) ? Object.keys(rest.properties) : [];
  const missing = Array.isArray(required) ? required.find((one) => !properties.includes(String(one))) : undefined;
  if (missing !== undefined)
    refuse(`'${at}.required' names '${String(missing).slice(0, 64)}', which is no property of it.`);
  if (anyOf !== undefined && rest.oneOf !== undefined)
    refuse(`'${at}' has both 'anyOf' and 'oneOf', which this model cannot hold to.`);
  const given: JsonObject = anyOf === undefined ? rest : { ...rest, oneOf: anyOf };
  const alternatives = severalTypes(given);
  if (alternatives) return { oneOf: alternatives.map((one) => written(one, at, deeper(place))) };
  const body: Record<string, Json> = {};
  for (const [word, value] of Object.entries(given)) {
    if (value === undefined || notes.has(word)) continue;
    const holds = holding[word];
    if (holds) body[word] = within(holds, value, `${at}.${word}`, place);
    else if (kept.has(word)) body[word] = value;
    else if (counts.has(word)) body[word] = countAt(value, `${at}.${word}`);
    else
      refuse(
        `'${at}.${word.slice(0, 64)}' is a rule that this model cannot hold to. Leave it out, or ask another endpoint.`,
      );
  }
  assertWhole(body, at, place);
  return body;
}

function countAt(value: Json, at: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX) return value;
  return refuse(`'${at}' must be a whole number from 0 to ${COUNT_MAX} with this model.`);
}

function within(holds: "one" | "list" | "named", value: Json, at: string, place: Place): Json {
  if (holds === "one") return typeof value === "boolean" ? value : written(value, at, deeper(place));
  if (holds === "list") {
    if (!Array.isArray(value) || value.length === 0) return refuse(`'${at}' must be a list of schemas.`);
    return value.map((one, index) => written(one, `${at}[${index}]`, deeper(place)));
  }
  if (!isJsonObject(value)) return refuse(`'${at}' must be an object of schemas.`);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, written(one, `${at}.${name.slice(0, 64)}`, deeper(place))]),
  );
}

/** A list of types, of which one has rules of its own, is as many schemas. */
function severalTypes({ type, ...rest }: JsonObject): readonly JsonObject[] | undefined {
  if (!Array.isArray(type)) return undefined;
  if (
    type.every((one) => scalars.has(one)) &&
    Object.keys(rest).every((word) => notes.has(word) || word === "description")
  )
    return undefined;
  return type.map((one) => (one === "null" ? { type: one } : { ...rest, type: one }));
}

/** Words of which a grammar takes the first that it finds, and overlooks what stands beside it. */
const deciding = ["$ref", "oneOf", "const", "enum"];
/** Words that may stand beside them: they rule out nothing. */
const harmless: ReadonlySet<string> = new Set(["description", "$defs"]);

function assertWhole(body: JsonObject, at: string, { depth, definitions }: Place): void {
  const { type, format, $ref, $defs } = body;
  if ($defs !== undefined && depth > 0) refuse(`'${at}.$defs' must stand at the top of the schema with this model.`);
  if ($ref !== undefined && !definitions.some((one) => $ref === `#/$defs/${one}`))
    refuse(`'${at}.$ref' must name one of the schema's '$defs', as '#/$defs/name'.`);
  for (const value of [body.const, ...(Array.isArray(body.enum) ? body.enum : [])])
    if (typeof value === "object" && value !== null)
      refuse(`'${at}' can only name texts, numbers, true, false and null.`);
  const first = deciding.find((word) => body[word] !== undefined);
  if (first === undefined) {
    assertTyped(type, format, at);
    return;
  }
  const isListed = first === "const" || first === "enum";
  const beside = Object.keys(body).find(
    (word) => word !== first && !harmless.has(word) && !(word === "type" && isListed),
  );
  if (beside !== undefined) refuse(`'${at}' has '${first}' and '${beside}' together, which this model cannot hold to.`);
  if (first === "enum" && (!Array.isArray(body.enum) || body.enum.length === 0))
    refuse(`'${at}.enum' must be a list of values.`);
}

function assertTyped(type: Json | undefined, format: Json | undefined, at: string): void {
  const isKnown = Array.isArray(type)
    ? type.length > 0
    : scalars.has(type ?? "") || type === "object" || type === "array";
  if (!isKnown) refuse(`'${at}.type' is needed by this model: object, array, ${[...scalars].join(", ")}.`);
  if (format !== undefined && !formats.has(format))
    refuse(`'${at}.format' can only be ${[...formats].join(", ")} with this model.`);
}

function refuse(message: string): never {
  throw new Fault("BAD_REQUEST", message);
}
