import { isJsonObject, type Json } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";

/**
 * What is done with a field of a protocol: `read` into the question; `ignored`, since it changes nothing that the caller could
 * tell here; refused, with what to do instead; or refused but for the values that change nothing.
 */
export type Field =
  | "read"
  | "ignored"
  | { readonly refused: string }
  | { readonly only: readonly Json[]; readonly otherwise: string };

/** A field's name is repeated in a refusal, but not at any length. */
const NAME_SHOWN_MAX = 100;

/** @throws Fault BAD_REQUEST */
export function refuse(message: string): never {
  throw new Fault("BAD_REQUEST", message);
}

/**
 * An object of a protocol, of which every field is in the table: what is in none reaches no provider, and its sender would never
 * learn of it. @throws Fault BAD_REQUEST naming the field.
 */
export function objectAt(
  value: Json | undefined,
  at: string,
  fields: Readonly<Record<string, Field>>,
): Readonly<Record<string, Json | undefined>> {
  if (!isJsonObject(value)) return refuse(`'${at}' must be an object.`);
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined || given === null) continue;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const path = at === "" ? name : `${at}.${name}`;
    if (field === undefined) refuse(`Unknown field '${path.slice(0, NAME_SHOWN_MAX)}'. Leave it out.`);
    if (typeof field !== "object") continue;
    if ("refused" in field) refuse(`'${path}' is not supported: ${field.refused}`);
    const isHarmless = field.only.some((one) => JSON.stringify(one) === JSON.stringify(given));
    if (!isHarmless) refuse(`This value of '${path}' is not supported: ${field.otherwise}`);
  }
  return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== null));
}

export function listAt(value: Json | undefined, at: string): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : refuse(`'${at}' must be a list.`);
}

export function textAt(value: Json | undefined, at: string): string {
  return typeof value === "string" ? value : refuse(`'${at}' must be a text.`);
}

export function numberAt(value: Json | undefined, at: string): number {
  return typeof value === "number" ? value : refuse(`'${at}' must be a number.`);
}

/** A whole number from `min` on. */
export function countAt(value: Json | undefined, at: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
  const isWhole = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
  return isWhole ? value : refuse(`'${at}' must be a whole number from ${min} to ${max}.`);
}

export function flagAt(value: Json | undefined, at: string): boolean {
  return typeof value === "boolean" ? value : refuse(`'${at}' must be true or false.`);
}

export function oneOf<T extends string>(value: Json | undefined, allowed: readonly T[], at: string): T {
  return allowed.find((one) => one === value) ?? refuse(`'${at}' must be one of: ${allowed.join(", ")}.`);
}

/** `{ [name]: read(value) }`, or nothing where there is no value: what is absent stays absent. */
export function given<K extends string, T>(
  name: K,
  value: Json | undefined,
  read: (value: Json) => T,
): { readonly [key in K]?: T } {
  return value === undefined ? {} : ({ [name]: read(value) } as { [key in K]: T });
}
