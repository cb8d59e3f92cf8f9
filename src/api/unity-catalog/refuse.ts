import { type TSchema, Type } from "typebox";
import { Fault } from "#wire/errors.ts";

/** Input fields that clients know and this server does not have: declared, so that they are refused by name and not lost. */
export function unsupported(names: readonly string[]): Record<string, TSchema> {
  return Object.fromEntries(names.map((name) => [name, Type.Optional(Type.Unknown())]));
}

/** @throws Fault NOT_IMPLEMENTED naming the first of `names` that was sent with a value. */
export function refuseFields(input: object, names: readonly string[]): void {
  const sent = Object.entries(input).find(([name, value]) => names.includes(name) && value !== null);
  if (sent) throw new Fault("NOT_IMPLEMENTED", `'${sent[0]}' is not available on this server: leave it out.`);
}

/** @throws Fault INVALID_PARAMETER_VALUE when none of `names`, what an update can change, was sent: it would change nothing. */
export function refuseNothing(input: object, names: readonly string[]): void {
  if (names.some((name) => name in input)) return;
  throw new Fault("INVALID_PARAMETER_VALUE", `Nothing to update: send ${names.join(" or ")}.`);
}
