import type { TSchema } from "typebox";
import type { Endpoint } from "../../src/api/endpoint.ts";
import type { Ask } from "./world.ts";

/** A way to spoil a right call, and what the wire says of it. */
export interface Spoiled {
  readonly because: string;
  readonly spoil: (ask: Ask) => Ask;
  readonly code: "MALFORMED_REQUEST" | "INVALID_PARAMETER_VALUE";
  readonly message: RegExp;
}

type Where = "path" | "query" | "body";

/** What the declared input makes wrong by itself. Forms and bodies that a protocol reads itself have rows of their own. */
export function spoiledCalls(endpoint: Endpoint): readonly Spoiled[] {
  const accepts = endpoint.accepts ?? "json";
  const hasJson = accepts === "json" && endpoint.method !== "GET";
  const fields = Object.entries(propertiesOf(endpoint.input)).filter(([name]) => accepts !== "raw" || name !== "body");
  const named = fields.flatMap(([name, schema]) => {
    const where = placeOf(endpoint, name);
    if (accepts === "form" && where === "body") return [];
    return [...wrongType(where, name, schema), ...leftOut(where, name, isRequired(endpoint.input, name))];
  });
  return [...(hasJson ? bodies : []), ...named];
}

const bodies: readonly Spoiled[] = [
  body("a body that is no JSON", '{"name": ', /Invalid JSON given in the body of the request - failed to parse/),
  body("a body that is a list", "[]", /Invalid JSON given in the body of the request - expected a map/),
  body("a body that is not UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), /not valid UTF-8/),
];

function body(because: string, text: string | Uint8Array<ArrayBuffer>, message: RegExp): Spoiled {
  return { because, spoil: (ask) => ({ ...ask, body: text }), code: "MALFORMED_REQUEST", message };
}

function placeOf({ method, path }: Endpoint, name: string): Where {
  if (path.includes(`{${name}}`) || path.includes(`{${name}...}`)) return "path";
  return method === "GET" || method === "DELETE" ? "query" : "body";
}

function leftOut(where: Where, name: string, required: boolean): readonly Spoiled[] {
  if (!required || where === "path") return [];
  return [
    {
      because: `no '${name}'`,
      spoil: (ask) => ({ ...ask, [where]: without(ask[where], name) }),
      code: "INVALID_PARAMETER_VALUE",
      message: new RegExp(`^Missing required field: (.*, )?${name}(,|$)`),
    },
  ];
}

function wrongType(where: Where, name: string, schema: TSchema): readonly Spoiled[] {
  const wrong = wrongValue(where, kindOf(schema));
  if (wrong === undefined) return [];
  return [
    {
      because: `a '${name}' of another type`,
      spoil: (ask) => ({ ...ask, [where]: { ...(ask[where] as object), [name]: wrong } }),
      ...(where === "body"
        ? { code: "MALFORMED_REQUEST", message: new RegExp(`^Could not parse request object: .* field '${name}'`) }
        : { code: "INVALID_PARAMETER_VALUE", message: new RegExp(`parameter '${name}'`) }),
    },
  ];
}

/** In JSON a text where none belongs, or a number; in a query a word where a number belongs, or a text twice. */
function wrongValue(where: Where, kind: string | undefined): unknown {
  if (kind === undefined) return undefined;
  if (where === "body") return kind === "string" || kind === "choice" ? 5 : "x";
  if (kind === "integer" || kind === "boolean") return "x";
  return where === "query" && kind === "string" ? ["x", "y"] : undefined;
}

interface JsonSchema {
  readonly type?: string;
  readonly anyOf?: readonly object[];
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
}

const kindOf = (schema: JsonSchema): string | undefined => schema.type ?? (schema.anyOf && "choice");
const propertiesOf = (schema: JsonSchema): Readonly<Record<string, TSchema>> => schema.properties ?? {};
const isRequired = (schema: JsonSchema, name: string): boolean => schema.required?.includes(name) ?? false;

function without(from: Ask["body"] | Ask["query"], name: string): object {
  const { [name]: _left, ...rest } = from as Record<string, unknown>;
  return rest;
}
