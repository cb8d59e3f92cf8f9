import { Fault } from "#wire/errors.ts";
import { isScope, opens, type Scope } from "#wire/scopes.ts";
import { Refusal } from "./refusal.ts";

/** What the wire means when a caller names no scope: written into the token, so that none is ever without. */
export const DEFAULT_SCOPES: readonly Scope[] = ["all-apis"];

/**
 * Reads a `scope` parameter: words parted by spaces (RFC 6749 section 3.3); absent or empty means the wire's default.
 * @throws Fault INVALID_SCOPE naming every unknown word; none is dropped.
 */
export function readScopes(text: string | undefined): readonly Scope[] {
  const words = [...new Set((text ?? "").split(" ").filter((word) => word !== ""))];
  return words.length === 0 ? DEFAULT_SCOPES : checkScopes(words);
}

/** @throws Fault INVALID_SCOPE naming every unknown word, or when there is none at all. */
export function checkScopes(words: readonly string[]): readonly Scope[] {
  const unknown = words.filter((word) => !isScope(word));
  if (unknown.length > 0) {
    throw new Fault(
      "INVALID_SCOPE",
      `Unknown scopes: ${quoted(unknown)}. Ask only for scopes that the metadata lists.`,
    );
  }
  if (words.length === 0) throw new Fault("INVALID_SCOPE", "A token needs at least one scope. Name one, or all-apis.");
  return [...new Set(words.filter(isScope))];
}

/** Those of `wanted` that `held` does not open. */
export function beyond(held: readonly Scope[], wanted: readonly Scope[]): readonly Scope[] {
  return wanted.filter((scope) => !held.some((one) => opens(one, scope)));
}

/**
 * @throws Fault ACCESS_DENIED naming the scopes of `wanted` that a credential limited to `held` was not given.
 */
export function refuseBeyond(held: readonly Scope[], wanted: readonly Scope[]): void {
  const excess = beyond(held, wanted);
  if (excess.length > 0) {
    throw new Refusal(
      "SCOPE_NOT_ASSIGNED",
      "ACCESS_DENIED",
      `Scopes ${quoted(excess)} are not assigned to this client. Ask for ${quoted(held)}, or create a secret with the scopes you need.`,
    );
  }
}

export const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(", ");
