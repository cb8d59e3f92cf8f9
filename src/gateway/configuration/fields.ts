import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";

/** @throws Fault INVALID_PARAMETER_VALUE */
export function refuse(message: string): never {
  throw new Fault("INVALID_PARAMETER_VALUE", message);
}

/**
 * An object of a configuration, of which every field is known: one that is not would be taken for granted and never kept.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field, never its value.
 */
export function objectAt(value: Json | undefined, path: string, known: readonly string[]): JsonObject {
  if (!isJsonObject(value)) return refuse(`'${path}' must be an object.`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined)
    refuse(`'${path}.${unknown.slice(0, NAME_SHOWN_MAX)}' is not known here. Known: ${known.join(", ")}.`);
  return value;
}

/** A field's name is repeated in a refusal, but not at any length. */
const NAME_SHOWN_MAX = 100;

export function listAt(value: Json | undefined, path: string): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : refuse(`'${path}' must be a list.`);
}

/** Text that can be kept: the database takes neither U+0000 nor half of a surrogate pair. */
export function textAt(value: Json | undefined, path: string): string {
  if (typeof value !== "string" || value === "") return refuse(`'${path}' must be a text that is not empty.`);
  return value.includes("\0") || !value.isWellFormed()
    ? refuse(`'${path}' must be well-formed text without U+0000.`)
    : value;
}

/** A whole number from `min` to `max`. */
export function numberAt(value: Json | undefined, path: string, min: number, max: number): number {
  const isWhole = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
  return isWhole ? value : refuse(`'${path}' must be a whole number from ${min} to ${max}.`);
}

export function flagAt(value: Json | undefined, path: string): boolean {
  return typeof value === "boolean" ? value : refuse(`'${path}' must be true or false.`);
}

/** One of several words. */
export function oneOf<T extends string>(value: Json | undefined, allowed: readonly T[], path: string): T {
  const found = allowed.find((one) => one === value);
  return found ?? refuse(`'${path}' must be one of: ${allowed.join(", ")}.`);
}
