import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { listAt, objectAt, refuse, textAt } from "../fields.ts";
import { schemaFields } from "./fields.ts";

/** Protobuf's JSON writes counts of 64 bits as text. */
const counts = ["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"];

/**
 * Google's Schema, which is OpenAPI's, as JSON Schema: types in lower case, `nullable` as a type, counts as numbers.
 * @throws Fault BAD_REQUEST naming the field.
 */
export function jsonSchemaOf(value: Json | undefined, at: string): JsonObject {
  const { nullable, type, properties, items, anyOf, example, ...rest } = objectAt(value, at, schemaFields);
  const { propertyOrdering: _, ...same } = rest;
  const named = type === undefined ? undefined : textAt(type, `${at}.type`).toLowerCase();
  return {
    ...(named !== undefined && { type: nullable === true ? [named, "null"] : named }),
    ...Object.fromEntries(Object.entries(same).map(([name, one]) => [name, counts.includes(name) ? Number(one) : one])),
    ...(example !== undefined && { examples: [example] }),
    ...(properties !== undefined && { properties: propertiesOf(properties, `${at}.properties`) }),
    ...(items !== undefined && { items: jsonSchemaOf(items, `${at}.items`) }),
    ...(anyOf !== undefined && {
      anyOf: listAt(anyOf, `${at}.anyOf`).map((one, index) => jsonSchemaOf(one, `${at}.anyOf[${index}]`)),
    }),
  };
}

function propertiesOf(value: Json, at: string): JsonObject {
  if (!isJsonObject(value)) return refuse(`'${at}' must be an object.`);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, jsonSchemaOf(one, `${at}.${name}`)]));
}
