import { type TSchema, Type } from "typebox";
import { Fault } from "#wire/errors.ts";

/** Input fields that clients know and this server does not have: declared, so that they are refused by name and not lost. */
export function unsupported(names: readonly string[]): Record<string, TSchema> {
  return Object.fromEntries(names.map((name) => [name, Type.Optional(Type.Unknown())]));
}

/** @throws Fault NOT_IMPLEMENTED naming the first of `names` that was sent. */
export function refuseFields(input: object, names: readonly string[]): void {
  const sent = names.find((name) => name in input);
  if (sent) throw new Fault("NOT_IMPLEMENTED", `'${sent}' is not available on this server: leave it out.`);
}
