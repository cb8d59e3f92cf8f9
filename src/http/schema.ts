import { type TSchema, Type } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import Value from "typebox/value";

/** A schema with what is known of it beforehand: walking it for each value takes a thousand times as long. */
export interface KnownSchema {
  check(value: unknown): boolean;
  /** Without what the schema does not have. */
  cleaned(value: Readonly<Record<string, unknown>>): unknown;
  /** Texts as the schema's types. What cannot be converted stays text. */
  converted(texts: Readonly<Record<string, unknown>>): object;
}

const known = new WeakMap<TSchema, KnownSchema>();

/** What is known of a schema, found out at its first use. */
export function knownSchema(schema: TSchema): KnownSchema {
  const found = known.get(schema) ?? learn(schema);
  known.set(schema, found);
  return found;
}

function learn(schema: TSchema): KnownSchema {
  const validator: Validator = Compile(schema);
  const isOpen = keepsAll(schema);
  const properties = Type.IsObject(schema) ? schema.properties : undefined;
  /** Of these a text is what it is. */
  const isText = (name: string): boolean => !Object.hasOwn(properties!, name) || Type.IsString(properties![name]);
  return {
    check: (value) => validator.Check(value),
    cleaned: (value) => (isOpen ? value : Value.Clean(schema, value)),
    converted: (texts) =>
      properties && Object.keys(texts).every(isText) ? texts : (Value.Convert(schema, texts) as object),
  };
}

/** Whether nothing is ever taken from a value: a text, or an object that may have any field besides texts. */
const keepsAll = (schema: TSchema): boolean =>
  Type.IsString(schema) ||
  (Type.IsObject(schema) &&
    (schema as { readonly additionalProperties?: unknown }).additionalProperties === true &&
    Object.values(schema.properties).every(keepsAll));
